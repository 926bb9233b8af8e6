import { killsReconciler } from '../../fault-matrix';
import { brokenBy, cleanTest, DAMAGES, KINDS } from '../../restore-test/faults';
import { WORKFLOW } from '../../restore-test/tests';
import type { Choices, Kind } from '../situation';

/** Tests of what was backed up, on schedule and on demand, sometimes of a damaged backup. */
export const RESTORE_TESTS: Kind[] = KINDS.map((kind) => ({
  workflow: WORKFLOW,
  name: `${kind.source}, ${kind.isScheduled ? 'on schedule' : 'on demand'}`,
  clean: () => cleanTest(kind),
  choose: (pick) => pick<Choices>([{}, { damage: pick(DAMAGES[kind.source].map((_, index) => index)) }]),
  isExcepted: killsReconciler,
  brokenBy: ({ choices: { damage }, ...trial }) =>
    brokenBy({ ...trial, kind, ...(damage !== undefined && { damage: DAMAGES[kind.source][Number(damage)] }) }),
}));
