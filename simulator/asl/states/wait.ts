import { conclude, type Outcome } from '../outcome';
import type { Visit } from '../visit';

/** Recorded on AWS: a longer wait fails; these are the milliseconds that 31 bits hold, in whole days. */
const MOST_SECONDS = 24_855 * 86_400;

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
export async function runWait(visit: Visit): Promise<Outcome> {
  const seconds = await waitSeconds(visit);
  if (seconds > MOST_SECONDS) throw visit.runtimeError('Wait state delay is too long.');
  await visit.frame.scope.sleep(seconds);
  return conclude(visit, visit.state, visit.input);
}

async function waitSeconds(visit: Visit): Promise<number> {
  const { Seconds, Timestamp } = visit.state;
  if (Seconds !== undefined) return (await visit.evaluateNumber('Seconds', Seconds, 0)) ?? 0;
  const value = await visit.evaluate('Timestamp', Timestamp ?? null);
  // Recorded on AWS: a time without an offset fails.
  const isTime = typeof value === 'string' && /T.*(Z|[+-]\d{2}:\d{2})$/.test(value);
  const time = isTime ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) {
    // In the words that were recorded on AWS.
    throw visit.evaluationError(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`,
      'Timestamp',
    );
  }
  // A time that has passed is no wait.
  return Math.max(0, (time - visit.frame.execution.clock.now) / 1000);
}
