import { isDeepStrictEqual } from 'node:util';
import { type LockState, lockModel } from '../../docs/models/lock';
import { type Step, traceOf } from './checker';
import { Gates } from './gates';
import { TARGET_ITEM } from './target-item';

/** Between two calls. */
const SLOT_SECONDS = 3;
const RUNS = [0, 1, 2];

/** What the account and the model say of runs and locks. */
type Seen = Pick<LockState, 'locks' | 'written'> & { records: LockState['runs'][number]['record'][] };

/**
 * Replays random traces of docs/models/lock.ts in the simulated account: the functions that workflows use make their calls
 * in just the order of the trace, and after each call the tables are compared with the model's state. Returns what differs.
 */
export async function replayLock(seeds: number[], length = 14): Promise<string[]> {
  const gates = await Gates.open();
  try {
    const different: string[] = [];
    for (const seed of seeds)
      for (const what of await new Replay(gates, seed).run(traceOf(lockModel, seed, length)))
        different.push(`trace ${seed}: ${what}`);
    return different;
  } finally {
    gates.simulation.close();
  }
}

class Replay {
  constructor(
    private readonly gates: Gates,
    private readonly seed: number,
  ) {}

  async run(trace: Step<LockState>[]): Promise<string[]> {
    const { clock } = this.gates.simulation.account;
    const beginsAt = clock.now;
    const at = (slot: number) => beginsAt + (slot + 1) * SLOT_SECONDS * 1000;
    const functions = RUNS.flatMap((run) => [`ModelRun${run}`, `ModelUndo${run}`]);
    const arns = new Map(functions.map((name) => [name, this.gates.create(name, 'lock-steps.ts')]));
    for (const [slot, { name, to }] of trace.entries()) this.plan(name, to, at(slot), arns);
    const names: string[] = [];
    for (const [slot, { name, to }] of trace.entries()) {
      names.push(name);
      await clock.runUntil(clock.sleep((at(slot) - clock.now) / 1000 + SLOT_SECONDS / 2), SLOT_SECONDS * 2);
      const [seen, wanted] = [this.seen(), wantedOf(to)];
      if (!isDeepStrictEqual(seen, wanted))
        return [`after ${names.join(', ')}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`];
    }
    return this.gates.unused.map((name) => `after ${names.join(', ')}: ${name} made fewer calls`);
  }

  /** Gives a step its place in time: a call of a function that begins now or works already, or a hand of the operator. */
  private plan(name: string, { runs }: LockState, at: number, arns: Map<string, string>): void {
    const { clock } = this.gates.simulation.account;
    const [, run = '', step = '', call = ''] = /^run (\d): (\w+)(?:: (\w+))?/.exec(name) ?? [];
    if (call === 'give') clock.after((at - clock.now) / 1000, () => this.close(run));
    if (!call || call === 'give') return;
    const functionName = `Model${step === 'undo' ? 'Undo' : 'Run'}${run}`;
    this.gates.add(functionName, at);
    const isFirst = ['open: record', 'write: own', 'report: release', 'undo: release'].includes(`${step}: ${call}`);
    const target = this.targetOf(runs[Number(run)]?.target ?? 0);
    const payload = { step: step === 'undo' ? 'report' : step, runId: this.runId(run), target };
    if (isFirst) this.gates.invokeFor(at, arns.get(functionName) ?? '', payload);
  }

  private runId(run: number | string): string {
    return `${this.seed}-run-${run}`;
  }

  private targetOf(target: number): string {
    return `${this.seed}-target-${target}`;
  }

  /** An undo that failed for the third time: the record is closed all the same. */
  private close(run: string): void {
    this.gates.simulation.region.dynamodb.UpdateItem({
      TableName: this.gates.table('RunsTable'),
      Key: { runId: { S: this.runId(run) }, item: { S: 'run' } },
      UpdateExpression: 'REMOVE #open',
      ExpressionAttributeNames: { '#open': 'open' },
    });
  }

  private seen(): Seen {
    const { dynamodb } = this.gates.simulation.region;
    const get = (table: string, Key: Record<string, { S: string }>) =>
      dynamodb.GetItem({ TableName: this.gates.table(table), Key, ConsistentRead: true }).Item;
    const runOf = (id: string | undefined) => (id === undefined ? null : Number(id.split('-').at(-1)));
    const targets = [0, 1].map((target) => ({ S: this.targetOf(target) }));
    return {
      locks: targets.map((target) => runOf(get('LocksTable', { target })?.runId?.S)),
      written: targets.map((runId) => runOf(get('RunsTable', { runId, item: { S: TARGET_ITEM } })?.writtenBy?.S)),
      records: RUNS.map((run) => {
        const record = get('RunsTable', { runId: { S: this.runId(run) }, item: { S: 'run' } });
        if (!record) return 'none';
        return record.open ? 'open' : 'closed';
      }),
    };
  }
}

function wantedOf({ runs, locks, written }: LockState): Seen {
  return { locks, written, records: runs.map(({ record }) => record) };
}
