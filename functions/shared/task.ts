import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Context } from 'aws-lambda';
import { TransientServiceError } from './errors';
import { logger } from './logger';

/**
 * Makes a handler for a Task state. What AWS answers in bad moments (throttling, 5xx, cut connections, after the SDK's
 * own retries) leaves as TransientServiceError, the one name that the state machines retry; all else keeps its name.
 */
export function task<Input, Output>(run: (input: Input, context: Context) => Promise<Output>) {
  return async (input: Input, context: Context): Promise<Output> => {
    try {
      return await run(input, context);
    } catch (error) {
      logger.error('The task failed', error as Error);
      throw isTransient(error) ? new TransientServiceError(describeError(error), { cause: error }) : error;
    }
  };
}

/** True for what may go away by itself: throttling, server errors, cut connections. */
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

/** An error in one line, with the service's own name for it: `AccessDeniedException: User … is not authorized …`. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** A failed Lambda's cause is its answer as JSON; people want the message in it. Cut to what a cause may hold. */
export function describeCause(cause: string | undefined): string {
  const limit = 30_000;
  try {
    return String((JSON.parse(cause ?? '') as { errorMessage?: unknown }).errorMessage ?? cause).slice(0, limit);
  } catch {
    return (cause ?? '').slice(0, limit);
  }
}
