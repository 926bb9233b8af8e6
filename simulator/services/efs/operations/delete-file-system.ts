import type { DeleteFileSystemRequest } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import type { EfsState } from '../state';

const deletingSeconds = 10;

/** https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystem.html */
export function DeleteFileSystem(this: EfsState, input: DeleteFileSystemRequest): Record<string, never> {
  const fileSystem = this.find(input.FileSystemId);
  if (this.mountTargets.of(fileSystem).length > 0) {
    throw efsError('FileSystemInUse', `File system '${fileSystem.id}' has mount targets.`);
  }
  if (fileSystem.state === 'creating') {
    throw efsError('IncorrectFileSystemLifeCycleState', `File system '${fileSystem.id}' is creating.`);
  }
  fileSystem.state = 'deleting';
  this.region.account.clock.after(deletingSeconds, () => {
    this.accessPoints.deleteOf(fileSystem);
    this.fileSystems.delete(fileSystem.id);
  });
  return {};
}
