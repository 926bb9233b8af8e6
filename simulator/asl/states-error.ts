/** An error in the sense of the Amazon States Language: it has a name that `ErrorEquals` matches. */
export class StatesError extends Error {
  constructor(
    readonly error: string | undefined,
    readonly errorCause?: string,
  ) {
    super(errorCause === undefined ? error : `${error}: ${errorCause}`);
    this.name = 'StatesError';
  }
}

/** What a Catcher sees of an error. Recorded on AWS: the cause of a timeout is empty, and what was not given is null. */
export function errorOutputOf({ error, errorCause }: StatesError): { Error: string | null; Cause: string | null } {
  const isTimeout = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
  return { Error: error ?? null, Cause: errorCause ?? (isTimeout ? '' : null) };
}

/** Unwinds what still runs of an execution that has ended; no Catcher may handle it. */
export class ExecutionOver extends Error {}

/** Names that the wildcard `States.TaskFailed` does not match. */
const NO_FAILED_TASK = new Set(['States.DataLimitExceeded', 'States.Timeout', 'States.HeartbeatTimeout']);

/**
 * Whether a Retrier or Catcher with these names handles the error. The page says that `States.ALL` does not match
 * `States.DataLimitExceeded`; in a recorded history of AWS it does.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(errorEquals: string[], error: string | undefined): boolean {
  return errorEquals.some((name) => {
    // States.Runtime always fails the execution, also when a Catcher names it.
    if (error === 'States.Runtime') return false;
    if (name === error) return true;
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed') return error === undefined || !NO_FAILED_TASK.has(error);
    // The documentation counts a missed heartbeat among the timeouts.
    return name === 'States.Timeout' && error === 'States.HeartbeatTimeout';
  });
}
