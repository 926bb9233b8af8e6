import type { Execution } from '../../simulator/asl/execution';
import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import type { Simulation } from '../simulation';
import { type Stop, stopAt } from '../stop';
import { appWrites } from './application';
import { inputOf, MIXED, open, type Past, WORKFLOW } from './items';
import { brokenAtTheEnd, Promises } from './promises';

const DEADLINE_SECONDS = 40 * 24 * 3600;

interface Trial {
  pasts?: Past[];
  input?: Record<string, unknown>;
  faults?: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
  /** The application writes, deletes and makes the same items all the time. */
  isBusy?: boolean;
  /** Stops the execution at the nth write to the table, or when it enters this state, and starts it again at once. */
  abortedAt?: { write: number } | { state: string };
  stop?: Stop;
}

/** Runs it to its end, undo and second run included; returns what does not hold that must, whatever went wrong. */
export async function brokenBy({
  pasts = MIXED,
  input = {},
  isBusy,
  abortedAt,
  stop,
  ...setup
}: Trial): Promise<string[]> {
  const simulation = await open({ pasts, ...setup });
  try {
    const { clock } = simulation.account;
    const promises = new Promises(simulation);
    const endApplication = isBusy
      ? appWrites(
          simulation,
          setup.seed ?? 1,
          pasts.map(({ sku }) => sku),
        )
      : () => {};
    const execution = simulation.start(WORKFLOW, inputOf(input));
    const started = [execution];
    if (stop) stopAt(simulation, execution, stop);
    if (abortedAt) abortAndStartAgain(simulation, started, abortedAt, inputOf(input), promises);
    const isOver = () => started.every(({ status }) => status !== 'RUNNING') && simulation.isQuiet();
    await clock.runUntil(isOver, DEADLINE_SECONDS);
    endApplication();
    // What a function began before it was given up comes to its end.
    await clock.runUntil(clock.sleep(1800), 1801);
    return brokenAtTheEnd(simulation, promises);
  } finally {
    simulation.close();
  }
}

function abortAndStartAgain(
  simulation: Simulation,
  started: Execution[],
  abortedAt: NonNullable<Trial['abortedAt']>,
  input: unknown,
  promises: Promises,
): void {
  const { stepFunctions } = simulation.region;
  const [first] = started;
  let isDone = false;
  const abort = () => {
    if (isDone || first?.status !== 'RUNNING') return;
    isDone = true;
    stepFunctions.StopExecution({ executionArn: first.arn });
    started.push(simulation.start(WORKFLOW, input, 'run-2'));
  };
  simulation.account.observer.observe((happening) => {
    if ('write' in abortedAt && happening.what === 'call' && promises.writes >= abortedAt.write) abort();
    if ('state' in abortedAt && happening.what === 'history') {
      const { event } = happening.detail;
      if (event.stateEnteredEventDetails?.name === abortedAt.state) simulation.account.clock.after(0.3, abort);
    }
  });
}
