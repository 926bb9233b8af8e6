import type { ScheduleExpression } from 'schedule-expressions/expression';
import type { Clock } from '../../clock';

/** Timers, fake ones included, hold no more than 2^31 milliseconds. */
const LONGEST_TIMER_SECONDS = 2_000_000;

/**
 * Runs `action` whenever the expression says so, within the bounds (milliseconds since 1970, both included). Only the
 * next run is ever on the clock. Returns a function that ends it.
 */
export function repeat(
  clock: Clock,
  expression: ScheduleExpression,
  bounds: { from?: number; until?: number; onEnd?: () => void },
  action: () => Promise<void>,
): () => void {
  const beginsAt = Math.max(bounds.from ?? clock.now, 0);
  let cancel: (() => void) | undefined;
  const plan = (after: number) => {
    const next = expression.next(after, beginsAt);
    if (next === undefined || next > (bounds.until ?? Number.POSITIVE_INFINITY)) {
      bounds.onEnd?.();
      return;
    }
    waitUntil(next, async () => {
      plan(next);
      await action();
    });
  };
  const waitUntil = (moment: number, then: () => Promise<void>) => {
    const seconds = (moment - clock.now) / 1000;
    cancel =
      seconds > LONGEST_TIMER_SECONDS
        ? clock.after(LONGEST_TIMER_SECONDS, () => waitUntil(moment, then))
        : clock.after(seconds, then);
  };
  plan(Math.max(beginsAt - 1, clock.now - 1));
  return () => cancel?.();
}
