import type { FileSystemProtectionDescription, UpdateFileSystemProtectionRequest } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_UpdateFileSystemProtection.html */
export function UpdateFileSystemProtection(
  this: EfsState,
  input: UpdateFileSystemProtectionRequest,
): FileSystemProtectionDescription {
  const fileSystem = this.requireAvailable(input.FileSystemId);
  const protection = input.ReplicationOverwriteProtection;
  if (protection !== undefined && protection !== 'ENABLED' && protection !== 'DISABLED') {
    throw efsError('ValidationException', `Invalid replication overwrite protection: ${protection}`);
  }
  fileSystem.overwriteProtection = protection ?? fileSystem.overwriteProtection;
  return { ReplicationOverwriteProtection: fileSystem.overwriteProtection };
}
