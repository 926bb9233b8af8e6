/**
 * AWS throttled us, failed for a moment, or did not answer. The state machines retry this name with backoff and jitter;
 * every other error of ours is permanent and is never retried.
 */
export class TransientServiceError extends Error {
  override readonly name = 'TransientServiceError';
}

/** The input or the world it needs is wrong. The message lists every problem, one a line. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';

  constructor(readonly problems: string[]) {
    super(
      `Nothing was changed. Correct the following and start again:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
  }
}

/** Another run holds a target. */
export class TargetBusyError extends Error {
  override readonly name = 'TargetBusyError';
}

/** The run was closed before it began: its execution was stopped, or its name was used before. */
export class RunIsOverError extends Error {
  override readonly name = 'RunIsOverError';
}

/** What a state waited for did not happen before its deadline. */
export class WaitDeadlineError extends Error {
  override readonly name = 'WaitDeadlineError';
}
