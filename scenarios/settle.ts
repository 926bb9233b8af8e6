import type { Simulation, Started } from './simulation';

/** Waits that no task waits for any more are dropped by the look that renews the heartbeat, after twelve minutes at most. */
const DROPPED_AFTER_SECONDS = 780;

/** Runs until the execution and its undo are over, so many seconds at most, and the waits left behind are dropped. */
export async function settleWithin(simulation: Simulation, execution: Started, deadlineSeconds: number): Promise<void> {
  const isOver = () => execution.status !== 'RUNNING' && simulation.isQuiet();
  await simulation.account.clock.runUntil(isOver, deadlineSeconds);
  await untilWaitsAreDropped(simulation);
}

/** Lets the time pass after which no wait is left that no task waits for. */
export async function untilWaitsAreDropped({ account: { clock } }: Simulation): Promise<void> {
  await clock.runUntil(clock.sleep(DROPPED_AFTER_SECONDS), DROPPED_AFTER_SECONDS + 1);
}
