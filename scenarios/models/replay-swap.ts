import { type SwapState, swapModel } from '../../docs/models/swap';
import { Random } from '../../simulator/random';
import { DUPLICATE, GOOD, smallWorld, swapInput, TABLE } from '../dynamodb-restore/parks';
import { Simulation } from '../simulation';
import { type Stop, stopAt } from '../stop';
import type { Step } from './checker';

/** Longer than any run of these worlds, its undo included. */
const DEADLINE_SECONDS = 6 * 3600;
const LOOK_SECONDS = 1;
/** Traces are stopped after none of their steps, or after one of so many. */
const STOPS = 24;
const RESTORES = ['Restore Original', 'Restore Again', 'Restore Fallback'];
const VERIFICATIONS = ['Verify Original', 'Verify Again', 'Verify Fallback'];

/** When a person stops the run right after a step of the model, where the execution has a moment that a person could meet. */
function stopAfterStep({ name, to }: Step<SwapState>): Stop | undefined {
  const at = (state = '', afterSeconds = 0): Stop => ({ state, afterSeconds });
  if (name.endsWith('restores fail')) return at('Protect Last Minute');
  if (name === 'run: restore: ask') return at(RESTORES[to.attempts - 1], 2);
  if (name.startsWith('AWS: restore')) return at(VERIFICATIONS[to.attempts - 1]);
  return {
    'run: duplicate: ask': at('Restore Duplicate', 2),
    'AWS: duplicate': at('Verify Duplicate'),
    'run: fallback: ask': at('Back Up Original'),
    'run: backup: ask': at('Back Up Duplicate'),
    'AWS: backup': at('Ask Approval', 2),
    'run: answer: yes': at('Check Deletion'),
    'run: delete: intend': at('Delete Original'),
    'run: verify: right': at('Put Settings Back'),
    'run: clean: backup': at('Report Run'),
  }[name];
}

interface Trace {
  steps: Step<SwapState>[];
  stop?: Stop;
}

/**
 * A random way through docs/models/swap.ts, in the account's own time: AWS ends a job before the undo looks, and a function
 * before the undo begins.
 */
function traceOf(seed: number): Trace {
  const random = new Random(seed);
  const stopAfter = Math.floor(random.next() * STOPS);
  const trace: Trace = { steps: [] };
  for (let state = swapModel.first; ; ) {
    const possible = swapModel.stepsFrom(state);
    const last = trace.steps.at(-1);
    const stopping = possible.find(({ name }) => name === 'run: stop');
    const stop = last && stopAfterStep(last);
    const isStop = stopping && stop && trace.steps.length === stopAfter;
    if (isStop) trace.stop = stop;
    const first = possible.filter(({ name }) => name.startsWith('AWS: '));
    const others = possible.filter(({ name }) => name !== 'run: stop');
    const inside = others.filter(({ name }) => name.startsWith('run: ') && name !== 'run: undo');
    const choices = isStop ? [stopping] : [first, inside, others].find((some) => some.length > 0);
    const step = choices?.[Math.floor(random.next() * choices.length)];
    if (!step) return trace;
    trace.steps.push(step);
    state = step.to;
  }
}

/** What there is: the data under the name, and the complete copies. */
type Seen = Pick<SwapState, 'name' | 'duplicate' | 'fallback' | 'backup'>;

const textOf = ({ name, duplicate, fallback, backup }: Seen) =>
  [name, duplicate && 'duplicate', fallback && 'fallback', backup && 'backup of the duplicate']
    .filter(Boolean)
    .join(', ');

/**
 * Replays random traces in the simulated account, with the real machines and functions: a person answers, or does not, and
 * stops the run, and restores fail, as in the trace. What is in the account must be what the model says, in its order, and
 * the record must end as the model's. Equal traces are run once. Returns what differs.
 */
export async function replaySwap(seeds: number[]): Promise<string[]> {
  const different: string[] = [];
  const known = new Set<string>();
  for (const seed of seeds) {
    const trace = traceOf(seed);
    const names = trace.steps.map(({ name }) => name).join(', ');
    if (known.has(names)) continue;
    known.add(names);
    const last = trace.steps.at(-1)?.to ?? swapModel.first;
    const wanted = withoutRepeats([swapModel.first, ...trace.steps.map(({ to }) => to)].map(textOf));
    const { seen, outcome } = await run(trace, last);
    if (!isPartOf(seen, wanted) || seen.at(-1) !== wanted.at(-1) || outcome !== last.outcome)
      different.push(
        `trace ${seed}: ${names}: ${seen.join('; ')} and ${outcome} instead of ${wanted.join('; ')} and ${last.outcome}`,
      );
  }
  return different;
}

async function run({ steps, stop }: Trace, last: SwapState): Promise<{ seen: string[]; outcome: unknown }> {
  const simulation = await Simulation.open({ world: worldOf(steps, last), seed: 1 });
  try {
    const { clock } = simulation.account;
    const execution = simulation.start('dynamodb-swap-restore', swapInput({ ApprovalTimeoutMinutes: 60 }));
    if (stop) stopAt(simulation, execution, stop);
    const seen: string[] = [];
    const deadline = clock.now + DEADLINE_SECONDS * 1000;
    while (clock.now < deadline && (execution.status === 'RUNNING' || !simulation.isQuiet())) {
      seen.push(textOf(look(simulation)));
      const next = clock.now + LOOK_SECONDS * 1000;
      await clock.runUntil(() => clock.now >= next, DEADLINE_SECONDS);
    }
    // No run waits for the backup of a duplicate that is kept for the next one.
    const { backups } = simulation.region.dynamodb;
    await clock.runUntil(() => backups.present().every(({ status }) => status !== 'CREATING'), DEADLINE_SECONDS);
    seen.push(textOf(look(simulation)));
    return { seen: withoutRepeats(seen), outcome: simulation.runRecord(execution)?.outcome };
  } finally {
    simulation.close();
  }
}

function worldOf(steps: Step<SwapState>[], { answer }: SwapState) {
  const Times = steps[0]?.to.fails ?? 0;
  const jobs = smallWorld().tableJobs ?? [];
  const failing = { Operation: 'Restore' as const, Table: TABLE, DurationSeconds: 20, Fails: true, Times };
  const operator = { answer: ({ yes: 'approve', no: 'refuse', none: 'none' } as const)[answer], afterSeconds: 20 };
  return smallWorld({ operator, ...(Times > 0 && { tableJobs: [failing, ...jobs] }) });
}

function look({ region: { dynamodb } }: Simulation): Seen {
  const isThere = (name: string) => ['ACTIVE', 'UPDATING'].includes(dynamodb.tables.get(name)?.status ?? '');
  const { BackupSummaries = [] } = dynamodb.ListBackups({});
  const hasBackup = (name: string) =>
    BackupSummaries.some(
      ({ TableName, BackupStatus, BackupType }) =>
        TableName === name && BackupStatus === 'AVAILABLE' && BackupType !== 'SYSTEM',
    );
  const good = JSON.stringify(GOOD[0]?.Visitors);
  const items = isThere(TABLE) ? JSON.stringify(dynamodb.Scan({ TableName: TABLE }).Items) : undefined;
  return {
    name: items === undefined ? 'none' : items.includes(good) ? 'good' : 'old',
    duplicate: isThere(DUPLICATE),
    fallback: hasBackup(TABLE),
    backup: hasBackup(DUPLICATE),
  };
}

const withoutRepeats = (texts: string[]) => texts.filter((text, index) => text !== texts[index - 1]);

/** Whether all of `some` are in `all`, in this order: what lasts less than a look is not seen. */
function isPartOf(some: string[], all: string[]): boolean {
  let from = 0;
  return some.every((text) => {
    from = all.indexOf(text, from) + 1;
    return from > 0;
  });
}
