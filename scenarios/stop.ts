import type { Simulation, Started } from './simulation';

/** A person who stops an execution so long after it, or a part of it, has entered a state. */
export interface Stop {
  state: string;
  afterSeconds: number;
}

/** Stops the execution then, once; one that is over by then stays as it ended. */
export function stopAt(simulation: Simulation, execution: Started, { state, afterSeconds }: Stop): void {
  const { account, region } = simulation;
  const end = account.observer.observe(({ what, detail }) => {
    if (what !== 'history' || detail.event.stateEnteredEventDetails?.name !== state) return;
    end();
    account.clock.after(afterSeconds, () => {
      if (execution.status === 'RUNNING') region.stepFunctions.StopExecution({ executionArn: execution.arn });
    });
  });
}
