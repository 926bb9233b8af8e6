/** A script that had to succeed did not, and `OnScriptFailure` says not to go on. */
export class PreScriptFailedError extends Error {
  override readonly name = 'PreScriptFailedError';
}

/** An instance did not reach `stopped`, so a backup of it would not be what was asked for. */
export class InstanceNotStoppedError extends Error {
  override readonly name = 'InstanceNotStoppedError';
}
