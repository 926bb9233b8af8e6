import { pythonPrograms } from '../../scripts/python-environment';

/** Before any test, and without a test's time limit: the installation takes minutes on a busy machine. */
export default function install(): void {
  pythonPrograms('emulator');
  pythonPrograms('checkers');
}
