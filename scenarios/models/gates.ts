import { join } from 'node:path';
import { Simulation } from '../simulation';

/** For calls that a trace does not come to. */
const NEVER_SECONDS = 1e8;
/** The function is ready for its first call by then. */
const START_SECONDS = 1;
/** Nothing is woken: only the functions of a trace look. */
const NO_QUEUE = 'https://sqs.eu-west-1.amazonaws.com/111122223333/none';

/** When a function makes its next call: at a time of the account's clock, or at once where the model has no such call. */
type Turn = number | 'at once';

/**
 * The simulated account with functions whose calls happen at given times, so that those of several functions come in just
 * the order that a trace has. Nothing else of the stack is at work.
 */
export class Gates {
  private readonly turns = new Map<string, Turn[]>();

  private constructor(readonly simulation: Simulation) {
    const { account, region } = simulation;
    for (const { Name } of region.events.ListRules({}).Rules ?? []) region.events.DisableRule({ Name });
    account.faults.forCall = (call, by) => {
      // What wakes the reconciler is no step of a model.
      if (call.startsWith('sqs:SendMessage')) return undefined;
      const left = this.turns.get(by ?? '');
      const turn = left?.shift();
      if (!left || turn === 'at once') return undefined;
      const delaySeconds = turn === undefined ? NEVER_SECONDS : (turn - account.clock.now) / 1000;
      return { call, fault: 'slow', delaySeconds };
    };
  }

  static async open(): Promise<Gates> {
    return new Gates(await Simulation.open({ world: {}, wire: false }));
  }

  /** Makes a function of a file beside this one, and returns its ARN. Its calls wait for `turns`, in their order. */
  create(logicalId: string, file: string, turns: Turn[] = []): string {
    const { region, account } = this.simulation;
    const functionArn = region.arn('lambda', `function:${logicalId}`);
    const tables = ['LocksTable', 'RunsTable', 'WaitsTable'] as const;
    const [LOCKS_TABLE = '', RUNS_TABLE = '', WAITS_TABLE = ''] = tables.map((table) => this.table(table));
    const environment = { LOCKS_TABLE, RUNS_TABLE, WAITS_TABLE, WAKE_QUEUE_URL: NO_QUEUE };
    region.lambda.create({
      ...{ functionName: logicalId, logicalId, functionArn, environment },
      ...{ entryPoint: join(__dirname, file), handler: 'handler', roleArn: account.root.principalArn },
      ...{ timeoutSeconds: 2 * NEVER_SECONDS, memorySizeMb: 128 },
    });
    this.turns.set(logicalId, turns);
    return functionArn;
  }

  /** Gives a function one more turn. */
  add(logicalId: string, turn: Turn): void {
    this.turns.get(logicalId)?.push(turn);
  }

  /** Invokes a function so that its first call can be at that time. */
  invokeFor(at: number, functionArn: string, payload: object): void {
    const { account, region } = this.simulation;
    const seconds = (at - account.clock.now) / 1000 - START_SECONDS;
    account.clock.after(seconds, () => void region.lambda.run(functionArn, payload));
  }

  /** Functions that made fewer calls than they had turns. */
  get unused(): string[] {
    return [...this.turns].filter(([, left]) => left.some((turn) => turn !== 'at once')).map(([name]) => name);
  }

  table(logicalId: string): string {
    return this.simulation.stack.resource(logicalId).physicalId;
  }
}
