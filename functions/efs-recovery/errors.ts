/** The backup job reached an end that is not COMPLETED. */
export class BackupJobFailedError extends Error {
  override readonly name = 'BackupJobFailedError';
}

/** The copy job reached an end that is not COMPLETED: the destination has nothing to restore from. */
export class CopyJobFailedError extends Error {
  override readonly name = 'CopyJobFailedError';
}

/** The restore job reached an end that is not COMPLETED; the message names what it may have created. */
export class RestoreJobFailedError extends Error {
  override readonly name = 'RestoreJobFailedError';
}

/** The file system was restored but cannot be used as the input asks. */
export class FileSystemNotUsableError extends Error {
  override readonly name = 'FileSystemNotUsableError';
}
