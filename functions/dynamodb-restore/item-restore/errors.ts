/** An export is not what its manifests say, or has something that is not understood. Nothing was changed. */
export class ExportDamagedError extends Error {
  override readonly name = 'ExportDamagedError';
}

/** DynamoDB could not make an export. Nothing was changed. */
export class ExportFailedError extends Error {
  override readonly name = 'ExportFailedError';
}

/** The filter gave no answer for an item: it threw, took too long, or returned something else than true or false. */
export class FilterFailedError extends Error {
  override readonly name = 'FilterFailedError';
}

/** Items were written again after the window, and OnConflict is Fail. */
export class ConflictsFoundError extends Error {
  override readonly name = 'ConflictsFoundError';
}

/** The table is not the one that the run began with, or cannot be written to. */
export class TableNotAsBeforeError extends Error {
  override readonly name = 'TableNotAsBeforeError';
}

/** Some items could be neither restored nor told why. */
export class ItemsNotRestoredError extends Error {
  override readonly name = 'ItemsNotRestoredError';
}
