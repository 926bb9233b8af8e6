import type { Retrier } from './definition';
import { conclude, type Outcome } from './outcome';
import { errorOutputOf, matchesError, StatesError } from './states-error';
import type { Visit } from './visit';

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error */
const DEFAULT_INTERVAL_SECONDS = 1;
const DEFAULT_MAX_ATTEMPTS = 3;
const DEFAULT_BACKOFF_RATE = 2;

/**
 * Runs a state with its `Retry` and `Catch`. Throws the error that neither handles. `giveUp` is called once, when no
 * attempt is left.
 */
export async function withErrorHandling(
  visit: Visit,
  attempt: () => Promise<Outcome>,
  giveUp: (error: StatesError) => void = () => {},
): Promise<Outcome> {
  const retriesOf = new Map<Retrier, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      const retrier = visit.state.Retry?.find(({ ErrorEquals }) => matchesError(ErrorEquals, error.error));
      const retries = retrier ? (retriesOf.get(retrier) ?? 0) : 0;
      if (!retrier || retries >= (retrier.MaxAttempts ?? DEFAULT_MAX_ATTEMPTS)) {
        giveUp(error);
        return await catchError(visit, error);
      }
      retriesOf.set(retrier, retries + 1);
      await visit.frame.scope.sleep(retryDelaySeconds(visit, retrier, retries));
      visit.retryCount += 1;
      visit.frame.execution.stateTransitions += 1;
    }
  }
}

function retryDelaySeconds(visit: Visit, retrier: Retrier, retries: number): number {
  const interval = retrier.IntervalSeconds ?? DEFAULT_INTERVAL_SECONDS;
  const grown = interval * (retrier.BackoffRate ?? DEFAULT_BACKOFF_RATE) ** retries;
  const delay = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.JitterStrategy === 'FULL' ? visit.frame.execution.random.between(0, delay) : delay;
}

async function catchError(visit: Visit, error: StatesError): Promise<Outcome> {
  const index = visit.state.Catch?.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error.error)) ?? -1;
  const catcher = visit.state.Catch?.[index];
  if (!catcher) throw error;
  const errorOutput = errorOutputOf(error);
  return conclude(visit, catcher, errorOutput, { errorOutput }, `Catch[${index}]/`);
}
