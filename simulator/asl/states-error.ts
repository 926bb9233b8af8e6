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

/** Unwinds what still runs of an execution that has ended; nobody may handle it. */
export class ExecutionOver extends Error {}

/** Names that the wildcards `States.ALL` and `States.TaskFailed` do not match. */
const TERMINAL = new Set(['States.DataLimitExceeded', 'States.Runtime']);
const TIMEOUTS = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/**
 * Whether a Retrier or Catcher with these names handles the error.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(errorEquals: string[], error: string | undefined): boolean {
  return errorEquals.some((name) => {
    // States.Runtime always fails the execution, whoever names it.
    if (error === 'States.Runtime') return false;
    if (name === error) return true;
    if (error !== undefined && TERMINAL.has(error)) return false;
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed') return error === undefined || !TIMEOUTS.has(error);
    // The documentation counts a missed heartbeat among the timeouts.
    return name === 'States.Timeout' && error === 'States.HeartbeatTimeout';
  });
}
