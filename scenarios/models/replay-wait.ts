import { isDeepStrictEqual } from 'node:util';
import { type WaitState, waitModel } from '../../docs/models/wait';
import type { Execution } from '../../simulator/asl/execution';
import { type Step, traceOf } from './checker';
import { Gates } from './gates';

/** Long enough for a heartbeat to be due at every look: HEARTBEAT_SECONDS of functions/shared/waits/waits.ts, and more. */
const SLOT_SECONDS = 450;
const HANDLER = 'wait-steps.ts';
const MISSED = 'Missed';

type Seen = Omit<WaitState, 'processes' | 'wrong'>;

/**
 * Replays random traces of docs/models/wait.ts in the simulated account: the functions of waits make their calls in just
 * the order of the trace, about a task of a state machine, and after each call wait and task are compared with the model's
 * state. A heartbeat without an answer is one that is not sent. Returns what differs.
 */
export async function replayWait(seeds: number[], length = 14): Promise<string[]> {
  const gates = await Gates.open();
  try {
    const different: string[] = [];
    for (const seed of seeds)
      for (const what of await new Replay(gates, seed).run(traceOf(waitModel, seed, length)))
        different.push(`trace ${seed}: ${what}`);
    return different;
  } finally {
    gates.simulation.close();
  }
}

class Replay {
  private readonly waitId: string;
  private readonly job: string;
  /** Of the process that looks and works at present: the function that was made for it. */
  private readonly functions = new Map<string, string>();
  private readonly tokens: (string | undefined)[] = [];
  private looks = 0;

  constructor(
    private readonly gates: Gates,
    private readonly seed: number,
  ) {
    this.waitId = `model-${seed}#wait`;
    this.job = `job-${seed}`;
  }

  async run(trace: Step<WaitState>[]): Promise<string[]> {
    const { clock } = this.gates.simulation.account;
    const execution = this.start();
    const beginsAt = clock.now;
    const at = (slot: number) => beginsAt + (slot + 1) * SLOT_SECONDS * 1000;
    for (const [slot, { name }] of trace.entries()) this.plan(name, at(slot));
    const names: string[] = [];
    for (const [slot, { name, to }] of trace.entries()) {
      names.push(name);
      const until = at(slot) + (SLOT_SECONDS / 2) * 1000;
      await clock.runUntil(clock.sleep((until - clock.now) / 1000), SLOT_SECONDS * 3);
      const { processes: _, wrong: __, ...wanted } = to;
      const seen = this.seen(execution, to.wait?.token);
      if (!isDeepStrictEqual(seen, wanted))
        return [`after ${names.join(', ')}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`];
    }
    const unused = this.gates.unused.filter((name) => name.endsWith(`-${this.seed}`));
    return unused.map((name) => `after ${names.join(', ')}: ${name} made fewer calls`);
  }

  /** A state machine with two attempts, each of which invokes a start function of its own. */
  private start(): Execution {
    const { region, account } = this.gates.simulation;
    const attempt = (number: number, more: object) => {
      // It reads the wait first, and stores pointers after it.
      const name = `ModelStart${number}-${this.seed}`;
      const FunctionName = this.gates.create(name, HANDLER, ['at once']);
      this.functions.set(`start ${number}`, name);
      const taskToken = '{% $states.context.Task.Token %}';
      const Payload = { step: 'start', waitId: this.waitId, job: this.job, taskToken };
      const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
      return { Type: 'Task', Resource, Arguments: { FunctionName, Payload }, End: true, ...more };
    };
    const Catch = [{ ErrorEquals: [MISSED], Next: 'Attempt 2' }];
    const States = { 'Attempt 1': attempt(1, { Catch }), 'Attempt 2': attempt(2, {}) };
    const { stateMachineArn } = region.stepFunctions.CreateStateMachine({
      name: `model-${this.seed}`,
      roleArn: account.root.principalArn,
      definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Attempt 1', States }),
    });
    const { executionArn } = region.stepFunctions.StartExecution({ stateMachineArn, name: 'run' });
    const execution = region.stepFunctions.executions.get(executionArn ?? '');
    if (!execution) throw new Error('The execution did not start.');
    return execution;
  }

  /** Gives a step its place in time. */
  private plan(name: string, at: number): void {
    const { account, region } = this.gates.simulation;
    const then = (act: () => void) => account.clock.after((at - account.clock.now) / 1000, act);
    const miss = () => {
      region.stepFunctions.SendTaskFailure({ taskToken: String(this.item?.taskToken?.S), error: MISSED });
    };
    if (name === 'the job ends') then(() => this.endJob());
    if (name === 'the heartbeat is missed') then(miss);
    const [process = '', call] = name.split(': ');
    if (!call || call === 'dies' || call === 'heartbeat, no answer') return;
    if (call === 'read') this.functions.set(process, this.look(at));
    const functionName = this.functions.get(process) ?? '';
    this.gates.add(functionName, at);
    // It stores pointers then, or closes the wait.
    if (call === 'store' || call === 'heartbeat, refused') this.gates.add(functionName, 'at once');
  }

  private look(at: number): string {
    this.looks += 1;
    const name = `ModelLook${this.looks}-${this.seed}`;
    this.gates.invokeFor(at, this.gates.create(name, HANDLER), { step: 'look', waitId: this.waitId, job: this.job });
    return name;
  }

  private endJob(): void {
    const approval = { M: { isApproved: { BOOL: true }, at: { N: '1' } } };
    this.gates.simulation.region.dynamodb.PutItem({
      TableName: this.gates.table('RunsTable'),
      Item: { runId: { S: this.job }, item: { S: 'run' }, approval },
    });
  }

  private get item() {
    const Key = { id: { S: this.waitId } };
    return this.gates.simulation.region.dynamodb.GetItem({ TableName: this.gates.table('WaitsTable'), Key }).Item;
  }

  /** What the account says. A token is known by the attempt of which the model first says that the wait has it. */
  private seen({ status, history }: Execution, wanted: number | undefined): Seen {
    const { dynamodb } = this.gates.simulation.region;
    const { item } = this;
    const token = item?.taskToken?.S;
    if (token && wanted && !this.tokens.includes(token)) this.tokens[wanted] ??= token;
    const jobKey = { runId: { S: this.job }, item: { S: 'run' } };
    const job = dynamodb.GetItem({ TableName: this.gates.table('RunsTable'), Key: jobKey }).Item;
    return {
      hasJobEnded: job !== undefined,
      attempt: history.filter(({ stateEnteredEventDetails: entered }) => entered).length,
      isTaskOver: status === 'SUCCEEDED',
      wait: item
        ? {
            token: token ? this.tokens.indexOf(token) : -1,
            version: Number(item.version?.N),
            isDue: item.due !== undefined,
            isSettled: Object.keys(item.settled?.M ?? {}).length > 0,
          }
        : null,
    };
  }
}
