/** What was restored is not good, or could not be looked at in time. */
export class RestoreTestFailedError extends Error {
  override readonly name = 'RestoreTestFailedError';
}

/** The test is over, and something of it is still there. */
export class RestoreLeftBehindError extends Error {
  override readonly name = 'RestoreLeftBehindError';
}
