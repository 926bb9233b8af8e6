import { AwsError } from '../../errors';

const STATUS: Record<string, number> = {
  AccessPointAlreadyExists: 409,
  AccessPointLimitExceeded: 403,
  AccessPointNotFound: 404,
  FileSystemAlreadyExists: 409,
  FileSystemInUse: 409,
  FileSystemNotFound: 404,
  IncorrectFileSystemLifeCycleState: 409,
  MountTargetConflict: 409,
  MountTargetNotFound: 404,
  PolicyNotFound: 404,
  ReplicationNotFound: 404,
  TooManyRequests: 429,
};

/** A refusal of EFS, whose error shapes repeat the code in a member of their own. */
export function efsError(code: string, message: string, fields: Record<string, unknown> = {}): AwsError {
  return new AwsError(code, message, STATUS[code] ?? 400, { ErrorCode: code, ...fields });
}
