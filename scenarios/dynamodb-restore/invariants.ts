import { isDeepStrictEqual } from 'node:util';
import type { Execution } from '../../simulator/asl/execution';
import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { notOwnWork, rememberEarlierRun, runRecords } from '../own-work';
import { untilWaitsAreDropped } from '../settle';
import type { Simulation } from '../simulation';
import { type Stop, stopAt } from '../stop';
import { CopyWatch } from './copies';
import { open, settingsOf, smallWorld, swapInput, tableNames } from './parks';
import { type Person, type Settings, type Visit, visit, worldFor } from './people';
import { Trace } from './trace';

/** The longest chain: every wait to its deadline would be weeks, but nothing waits that long in a small world. */
const DEADLINE_SECONDS = 40 * 24 * 3600;
const SETTLES_WITHIN_SECONDS = 60;

interface SwapOptions {
  faults?: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
  input?: Record<string, unknown>;
  world?: ReturnType<typeof smallWorld>;
  /** What another person does meanwhile. */
  meanwhile?: (simulation: Simulation, execution: Execution) => Promise<void>;
  /** The same, by a person who knows nothing of the run. */
  visit?: Visit;
  /** A person stops it. */
  stop?: Stop;
}

/** What became of a swap: what does not hold that must, and a text that is the same for runs that went the same way. */
interface SwapEnd {
  broken: string[];
  trace: string;
}

/** What does not hold after a swap that must hold, whatever went wrong on the way. */
export async function brokenBySwap(options: SwapOptions): Promise<string[]> {
  return (await runSwap(options)).broken;
}

/** Runs one swap to its end, undo included, and looks at it. */
export async function runSwap(options: SwapOptions): Promise<SwapEnd> {
  const { faults = [], doubts, seed, input, world = smallWorld(), meanwhile, visit: planned, stop } = options;
  const simulation = await open(planned ? worldFor(planned.person, world) : world, faults, seed, doubts);
  try {
    const before = settingsOf(simulation) as Settings;
    const watch = new CopyWatch(simulation);
    const trace = new Trace(simulation);
    rememberEarlierRun(simulation, 'dynamodb-swap-restore');
    const execution = simulation.start('dynamodb-swap-restore', swapInput(input));
    if (stop) stopAt(simulation, execution, stop);
    await meanwhile?.(simulation, execution);
    if (planned?.person.takesTable) watch.expectLoss();
    const person = planned && (await visit(simulation, execution, planned)) ? planned.person : undefined;
    const { clock } = simulation.account;
    const isOver = () => execution.status !== 'RUNNING' && simulation.isQuiet();
    // Some settings take a moment to be there once they are asked for, and so does the undo of a run without a record.
    do {
      await clock.runUntil(isOver, DEADLINE_SECONDS);
      await clock.runUntil(clock.sleep(SETTLES_WITHIN_SECONDS), SETTLES_WITHIN_SECONDS + 1);
    } while (!isOver());
    const broken = [...watch.broken, ...brokenAtTheEnd(simulation, execution, watch, { before, faults, person })];
    const end = { broken, trace: trace.digest };
    if (await staysOpen(simulation)) broken.push('a wait is open that no task waits for');
    return end;
  } finally {
    simulation.close();
  }
}

/** A wait that is left over may be there as long as no look at it succeeds, and no longer. */
async function staysOpen(simulation: Simulation): Promise<boolean> {
  const isOpen = () => simulation.items('WaitsTable').some(({ due }) => due);
  if (!isOpen()) return false;
  simulation.account.faults.list.length = 0;
  await untilWaitsAreDropped(simulation);
  return isOpen();
}

function brokenAtTheEnd(
  simulation: Simulation,
  execution: Execution,
  watch: CopyWatch,
  { before, faults, person }: { before: Settings; faults: Fault[]; person?: Person },
): string[] {
  const broken: string[] = [];
  const hold = (condition: boolean, what: string) => {
    if (!condition) broken.push(what);
  };
  const records = runRecords(simulation);
  const run = records[0] ?? {};
  const report = (run.report ?? {}) as Record<string, unknown>;
  const published = simulation.region.sns.published.filter(({ subject }) => !/^(APPROVAL|STARTED)/.test(subject ?? ''));
  const told = [...new Set(published.map(({ subject, message }) => `${subject}\n${message}`))];
  // A sender that never hears that its message was sent sends it again, in other words perhaps, but never with another end.
  const subjects = new Set(published.map(({ subject }) => subject));
  const isForEver = faults.some((fault) => 'times' in fault && fault.times === 'always');

  hold(records.length === 1 && !run.open && run.finishedAt !== undefined, 'the run record is not closed');
  hold(subjects.size === 1, `${subjects.size} final notifications: ${[...subjects]}`);
  hold(
    told.every((text) => text.startsWith(String(run.outcome))),
    'notification and record differ',
  );
  hold(execution.status !== 'SUCCEEDED' || run.outcome === 'SUCCEEDED', 'the execution succeeded, the run did not');
  broken.push(...notOwnWork(simulation, execution));

  const underName = watch.underName();
  hold(run.outcome !== 'SUCCEEDED' || underName === 'restored', `SUCCEEDED, and the name has: ${underName}`);
  const isGivenUp = run.undoAttempts === 3;
  if (underName === 'nothing') {
    // Nothing brings a table back as long as AWS refuses every restore; then the operator has to know.
    hold(isForEver || person?.takesTable === true, 'the name is empty');
    const isSaid = told.some((text) => text.includes('MAY BE EMPTY')) || person?.holds(simulation, told.join('\n'));
    hold(isGivenUp || isSaid === true, 'the name is empty, and no message says so');
  } else hold(underName !== 'else', 'what is under the name is neither the original nor what was wanted');
  const claimed = { restored: 'restored', original: 'original, restored from the fallback', untouched: 'original' };
  hold(report.DataUnderName !== claimed.restored || underName === 'restored', 'the report claims the restored data');
  hold(report.DataUnderName !== 'untouched' || underName === 'original', `the report says untouched: ${underName}`);

  const expected = person?.expected?.(before) ?? before;
  if (underName !== 'nothing' && !isDeepStrictEqual(settingsOf(simulation), expected)) {
    const named = (report.SettingsNotRestored as string[] | undefined)?.length ?? 0;
    const isTold = named > 0 || told.some((text) => /may not be as they were|could not turn it off again/.test(text));
    hold(isTold || isGivenUp, 'settings differ, and no message says so');
    hold(run.outcome !== 'SUCCEEDED' || named > 0, 'SUCCEEDED with other settings than before');
    // A refusal is not tried again, wherever it comes from.
    const isDenied = faults.some(({ fault }) => fault === 'accessDenied');
    hold(
      isForEver || isDenied,
      `settings differ although no fault lasts: ${JSON.stringify(report.SettingsNotRestored)}`,
    );
  }
  const left = tableNames(simulation).filter((name) => name.includes('--dupe-'));
  hold(
    left.every((name) => told.some((text) => text.includes(name))) || isGivenUp,
    `a duplicate is left, and no message says so: ${left}`,
  );
  hold(isGivenUp || simulation.items('LocksTable').length === 0, 'a lock is left');
  const isCondemned = ((run.wrongTableIds as string[] | undefined) ?? []).length > 0;
  hold(
    !person || isGivenUp || isCondemned || person.holds(simulation, told.join('\n')),
    `what ${person?.name} is neither there nor told`,
  );
  if (faults.length === 0) hold(watch.hasOriginalSomewhere(), 'no copy of the original');
  return broken;
}
