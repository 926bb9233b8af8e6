/** A required pre script failed, so the group is not backed up (`OnScriptFailure`). */
export class PreScriptFailedError extends Error {
  override readonly name = 'PreScriptFailedError';
}

/** An instance did not reach `stopped`. A backup of it would not be the backup that the input asks for. */
export class InstanceNotStoppedError extends Error {
  override readonly name = 'InstanceNotStoppedError';
}

/** AWS Backup refused every job of the group. The message is the first refusal. */
export class BackupRefusedError extends Error {
  override readonly name = 'BackupRefusedError';
}

/** Another AWS Backup job of an instance has not ended. The state machine retries the check for half an hour. */
export class InstanceBusyError extends Error {
  override readonly name = 'InstanceBusyError';
}

/** EC2's stop protection is on for an instance that has to be stopped. */
export class StopProtectedError extends Error {
  override readonly name = 'StopProtectedError';
}
