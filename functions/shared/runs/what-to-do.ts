import { TransientServiceError } from '../errors';

/** What an operator does about each error that a run ends with; docs/operations.md has the same words. */
export const WHAT_TO_DO: Readonly<Record<string, string>> = {
  InvalidInputError: 'Correct it, start again.',
  TargetBusyError: 'Wait for that run, or stop it, then start again.',
  RunIsOverError: 'Start a new execution.',
  BackupIncomplete: 'Do what the line of each instance says, then start again.',
  InstanceNotStoppedError: 'Look at the instance, start again.',
  BackupJobFailedError: 'Correct what it says, start again.',
  CopyJobFailedError: 'Correct what it says, start again; or restore an older copy by its ARN.',
  RestoreJobFailedError: 'Correct what it says, start again: a copy that exists is used.',
  FileSystemNotUsableError: 'Correct it by hand, or delete it and start again.',
  ApprovalRefusedError: 'Nothing, or start again.',
  FallbackMissingError: 'Look at the backup, start again.',
  ConflictsFoundError: 'Look at them in the plan; start again with another `OnConflict`.',
  ExportDamagedError: 'Start again: new exports are made. The same again: look at the file that the cause names.',
  ExportFailedError: "Correct what DynamoDB's reason says, start again.",
  FilterFailedError: 'Correct the filter, start again.',
  ItemsNotRestoredError: 'Start again with the same input: what is restored is found restored.',
  TableNotAsBeforeError: 'Find out who; start again if the window is of the new table.',
  DuplicateChangedError: 'Find out what changed it, start again.',
  LastMinuteUnprotectedError: 'Give the right that the cause names, or `ProtectLastMinute: false`; start again.',
  RestoreRefusedError: "Correct what DynamoDB's reason says, start again.",
  RestoredNotVerifiedError: 'Look why the check failed; run `VerifyTable` of `dynamodb-table-operation`.',
  TableChangedError: 'Ask who protected it; start again if it may be replaced.',
  TableReplacedError: 'Find out who made it; the cause names the copies.',
  TableRestoreFailedError: 'See which data is under the name, and restore from one of the copies that are named.',
  TableVerificationError: 'See which data is under the name, and restore from one of the copies that are named.',
  RestoreTestFailedError: 'Restore the backup once more by hand and look at it; take an older one if it is bad.',
  RestoreLeftBehindError: 'Look whether what is named is of the test, and delete it by hand.',
  WaitDeadlineError: 'Look why what is named has not ended, start again.',
  TransientServiceError: 'Look at the AWS Health Dashboard, start again.',
  'Lambda.ResourceNotFoundException': 'Start again: the stack was updated while the run began.',
};

/** Any other name is AWS's own. */
const OTHERWISE = 'Correct what AWS says, start again.';
/** What AWS's services call a refused right. */
const DENIED = ['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'UnauthorizedOperation'];
const BUSY = new TransientServiceError().name;

/**
 * What the operator does about a run that failed with this error, for which there are errors with these names. Without an
 * error the run succeeded: then it is what they ask for, or nothing.
 */
export function whatToDo({ error, behind = [] }: { error?: string; behind?: string[] }): string {
  return [
    [error ?? '', ...behind].some((name) => DENIED.includes(name)) ? 'Give the role the right that AWS names.' : '',
    error !== BUSY && behind.includes(BUSY) ? 'Look at the AWS Health Dashboard.' : '',
    error === undefined ? '' : (WHAT_TO_DO[error] ?? OTHERWISE),
  ]
    .filter(Boolean)
    .join(' ');
}
