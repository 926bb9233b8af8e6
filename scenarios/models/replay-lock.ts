import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type LockState, lockModel } from '../../docs/models/lock';
import { Simulation } from '../simulation';
import { type Step, traceOf } from './checker';
import { TARGET_ITEM } from './target-item';

/** Between two calls. */
const SLOT_SECONDS = 3;
/** A function that begins is ready for its first call by then. */
const START_SECONDS = 1;
/** For calls that a trace does not come to. */
const NEVER_SECONDS = 1e8;
const RUNS = [0, 1, 2];

/** What the account and the model say of runs and locks. */
type Seen = Pick<LockState, 'locks' | 'written'> & { records: LockState['runs'][number]['record'][] };

/**
 * Replays random traces of docs/models/lock.ts in the simulated account: the functions that workflows use make their calls
 * in just the order of the trace, and after each call the tables are compared with the model's state. Returns what differs.
 */
export async function replayLock(seeds: number[], length = 14): Promise<string[]> {
  const simulation = await Simulation.open({ world: {}, wire: false });
  try {
    const { region, account } = simulation;
    // Nothing else of the stack has a part in it.
    for (const { Name } of region.events.ListRules({}).Rules ?? []) region.events.DisableRule({ Name });
    const slots = new Map<string, number[]>();
    account.faults.forCall = (call, by) => {
      const at = slots.get(by ?? '');
      if (!at) return undefined;
      const due = at.shift();
      const delaySeconds = due === undefined ? NEVER_SECONDS : (due - account.clock.now) / 1000;
      return { call, fault: 'slow', delaySeconds };
    };
    const different: string[] = [];
    for (const seed of seeds)
      for (const what of await new Replay(simulation, seed, slots).run(traceOf(lockModel, seed, length)))
        different.push(`trace ${seed}: ${what}`);
    return different;
  } finally {
    simulation.close();
  }
}

class Replay {
  constructor(
    private readonly simulation: Simulation,
    private readonly seed: number,
    private readonly slots: Map<string, number[]>,
  ) {}

  async run(trace: Step<LockState>[]): Promise<string[]> {
    const { clock } = this.simulation.account;
    const beginsAt = clock.now;
    const at = (slot: number) => beginsAt + (slot + 1) * SLOT_SECONDS * 1000;
    for (const run of RUNS) for (const who of ['Run', 'Undo']) this.slots.set(this.create(`Model${who}${run}`), []);
    for (const [slot, { name, to }] of trace.entries()) this.plan(name, to, at(slot));
    const names: string[] = [];
    for (const [slot, { name, to }] of trace.entries()) {
      names.push(name);
      await clock.runUntil(clock.sleep((at(slot) - clock.now) / 1000 + SLOT_SECONDS / 2), SLOT_SECONDS * 2);
      const [seen, wanted] = [this.seen(), wantedOf(to)];
      if (!isDeepStrictEqual(seen, wanted))
        return [`after ${names.join(', ')}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`];
    }
    const unmade = [...this.slots].filter(([, left]) => left.length > 0);
    return unmade.map(([name]) => `after ${names.join(', ')}: ${name} made fewer calls`);
  }

  /** Gives a step its place in time: a call of a function that begins now or works already, or a hand of the operator. */
  private plan(name: string, { runs }: LockState, at: number): void {
    const { clock } = this.simulation.account;
    const [, run = '', step = '', call = ''] = /^run (\d): (\w+)(?:: (\w+))?/.exec(name) ?? [];
    const target = this.targetOf(runs[Number(run)]?.target ?? 0);
    const after = (seconds: number, act: () => void) => clock.after((at - clock.now) / 1000 - seconds, act);
    if (call === 'give') after(0, () => this.close(run));
    if (!call || call === 'give') return;
    const functionName = `Model${step === 'undo' ? 'Undo' : 'Run'}${run}`;
    this.slots.get(functionName)?.push(at);
    const isFirst = ['open: record', 'write: own', 'report: release', 'undo: release'].includes(`${step}: ${call}`);
    const payload = { step: step === 'undo' ? 'report' : step, runId: this.runId(run), target };
    if (isFirst) after(START_SECONDS, () => void this.simulation.region.lambda.run(this.arnOf(functionName), payload));
  }

  private create(logicalId: string): string {
    const { region, account } = this.simulation;
    const environment = { LOCKS_TABLE: this.table('LocksTable'), RUNS_TABLE: this.table('RunsTable') };
    region.lambda.create({
      ...{ functionName: logicalId, logicalId, functionArn: this.arnOf(logicalId), environment },
      ...{ entryPoint: join(__dirname, 'lock-steps.ts'), handler: 'handler', roleArn: account.root.principalArn },
      ...{ timeoutSeconds: 2 * NEVER_SECONDS, memorySizeMb: 128 },
    });
    return logicalId;
  }

  private arnOf(name: string): string {
    return this.simulation.region.arn('lambda', `function:${name}`);
  }

  private table(logicalId: string): string {
    return this.simulation.stack.resource(logicalId).physicalId;
  }

  private runId(run: number | string): string {
    return `${this.seed}-run-${run}`;
  }

  private targetOf(target: number): string {
    return `${this.seed}-target-${target}`;
  }

  /** An undo that failed for the third time: the record is closed all the same. */
  private close(run: string): void {
    this.simulation.region.dynamodb.UpdateItem({
      TableName: this.table('RunsTable'),
      Key: { runId: { S: this.runId(run) }, item: { S: 'run' } },
      UpdateExpression: 'REMOVE #open',
      ExpressionAttributeNames: { '#open': 'open' },
    });
  }

  private seen(): Seen {
    const { dynamodb } = this.simulation.region;
    const get = (table: string, Key: Record<string, { S: string }>) =>
      dynamodb.GetItem({ TableName: this.table(table), Key, ConsistentRead: true }).Item;
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
