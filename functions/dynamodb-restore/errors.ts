/** The approval was refused, or no answer came in time. Nothing was deleted. */
export class ApprovalRefusedError extends Error {
  override readonly name = 'ApprovalRefusedError';
}

/** The stack takes answers from proven principals only. Nothing was stored. */
export class SecondPersonRequiredError extends Error {
  override readonly name = 'SecondPersonRequiredError';
}

/** A restore did not bring a table back. */
export class TableRestoreFailedError extends Error {
  override readonly name = 'TableRestoreFailedError';
}

/** A restored table is not what it should be; the message says how it differs. */
export class TableVerificationError extends Error {
  override readonly name = 'TableVerificationError';
}

/** A backup that a deletion needs is missing. Nothing was deleted. */
export class FallbackMissingError extends Error {
  override readonly name = 'FallbackMissingError';
}

/** Point-in-time recovery could not be turned on, so writes of the last minute might be lost. Nothing was deleted. */
export class LastMinuteUnprotectedError extends Error {
  override readonly name = 'LastMinuteUnprotectedError';
}

/** The table under the name is not the one that this run began with. It was not touched. */
export class TableReplacedError extends Error {
  override readonly name = 'TableReplacedError';
}

/** The table under the name changed in a way that its deletion was not approved for. Nothing was deleted. */
export class TableChangedError extends Error {
  override readonly name = 'TableChangedError';
}

/** The duplicate is gone or another table than the one that was verified. Nothing was deleted. */
export class DuplicateChangedError extends Error {
  override readonly name = 'DuplicateChangedError';
}

/** DynamoDB would refuse the restore under the table's name. Nothing was deleted. */
export class RestoreRefusedError extends Error {
  override readonly name = 'RestoreRefusedError';
}

/** The restored data is under the name, but it could not be verified. It stays, and so do all copies. */
export class RestoredNotVerifiedError extends Error {
  override readonly name = 'RestoredNotVerifiedError';
}
