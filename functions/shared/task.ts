import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Context } from 'aws-lambda';
import { inAttempt, retryCount } from './current-run';
import { TransientServiceError } from './errors';
import { logger } from './logger';
import { traced } from './trace';

/** Of the eight retries of a state, which take some minutes. */
const PATIENT_RETRIES = 5;

/**
 * Makes a handler for a Task state. Throttling, 5xx and cut connections, after the SDK's own retries, leave as
 * TransientServiceError, the one name that the state machines retry; every other error keeps its name.
 */
export function task<Input, Output>(run: (input: Input, context: Context) => Promise<Output>) {
  const attempt = async (input: Input, context: Context): Promise<Output> => {
    try {
      return await run(input, context);
    } catch (error) {
      logger.error('The task failed', error as Error);
      throw isTransient(error) && !(error instanceof TransientServiceError) ? asTransient(error) : error;
    }
  };
  return (input: Input, context: Context): Promise<Output> =>
    inAttempt(attemptOf(input), () => traced(() => attempt(input, context)));
}

function attemptOf(input: unknown): Parameters<typeof inAttempt>[0] {
  const { retryCount } = (input ?? {}) as { retryCount?: unknown };
  return { runId: runIdOf(input), item: itemOf(input), ...(typeof retryCount === 'number' && { retryCount }) };
}

function runIdOf(input: unknown): string | undefined {
  const { runId } = (input ?? {}) as { runId?: unknown };
  return typeof runId === 'string' ? runId : undefined;
}

/** The part of the run that this invocation is about: an instance, a group, a shard, an export. */
function itemOf(input: unknown): string | undefined {
  const members = (input ?? {}) as Record<string, unknown>;
  const member = ['instanceId', 'group', 'shard', 'index'].find((name) => members[name] !== undefined);
  if (!member || !['string', 'number'].includes(typeof members[member])) return undefined;
  return member === 'instanceId' ? String(members[member]) : `${member} ${members[member]}`;
}

/** Neither "Rate exceeded" nor "Connection timed out" says who asked: the name leads to the function's log. */
function asTransient(error: unknown): TransientServiceError {
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME;
  return new TransientServiceError(`${describeError(error)}${name ? ` (in the function ${name})` : ''}`, {
    cause: error,
  });
}

/** True for errors that may pass: throttling, server errors, cut connections. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const sdkError = error as Parameters<typeof isThrottlingError>[0];
  return (
    error instanceof TransientServiceError ||
    isThrottlingError(sdkError) ||
    isTransientError(sdkError) ||
    isServerError(sdkError)
  );
}

/**
 * Throws an error of a look that a run can do without, if it may pass and the state was not retried for long: then the
 * state machine repeats the state. After some minutes such a look counts as refused, so that it does not end the run.
 */
export function throwIfEarly(error: unknown): void {
  if (isTransient(error) && retryCount() < PATIENT_RETRIES) throw error;
}

/** An error in one line, with the service's own name for it: `AccessDeniedException: User … is not authorized …`. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The message in a failed Lambda's cause, which is JSON; at most as many characters as a cause may have. */
export function describeCause(cause: string | undefined): string {
  const limit = 30_000;
  try {
    return String((JSON.parse(cause ?? '') as { errorMessage?: unknown }).errorMessage ?? cause).slice(0, limit);
  } catch {
    return (cause ?? '').slice(0, limit);
  }
}
