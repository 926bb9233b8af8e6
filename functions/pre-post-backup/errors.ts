/** A required pre script failed, so the group is not backed up (`OnScriptFailure`). */
export class PreScriptFailedError extends Error {
  override readonly name = 'PreScriptFailedError';
}

/** An instance did not reach `stopped`. A backup of it would not be the backup that the input asks for. */
export class InstanceNotStoppedError extends Error {
  override readonly name = 'InstanceNotStoppedError';
}
