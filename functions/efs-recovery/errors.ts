/** The backup job reached an end that is not COMPLETED. */
export class BackupJobFailedError extends Error {
  override readonly name = 'BackupJobFailedError';
}

/** The copy job reached an end that is not COMPLETED: there is nothing in the destination to restore from. */
export class CopyJobFailedError extends Error {
  override readonly name = 'CopyJobFailedError';
}

/** The restore job reached an end that is not COMPLETED; the message names what it may have left behind. */
export class RestoreJobFailedError extends Error {
  override readonly name = 'RestoreJobFailedError';
}

/** The file system was restored but cannot be mounted as asked for. */
export class FileSystemNotUsableError extends Error {
  override readonly name = 'FileSystemNotUsableError';
}
