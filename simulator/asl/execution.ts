import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock';
import { SimulatorError } from '../errors';
import type { Region } from '../places';
import type { Random } from '../random';
import { type Definition, isDistributed } from './definition';
import { Frame, type Position } from './frame';
import { History } from './history';
import type { Host } from './host';
import { type JsonObject, payloadText } from './payload';
import { runStates } from './run-states';
import { Scope } from './scope';
import { ExecutionOver, StatesError } from './states-error';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

interface ExecutionInit {
  arn: string;
  name: string;
  /** For the child of a distributed map, the state machine's ARN with the map's label. */
  stateMachineArn: string;
  machineArn: string;
  roleArn: string;
  /** With a key of the customer's: its events tell nothing of its data. */
  isEncrypted?: boolean;
  graph: Definition;
  /** JSON text. */
  input: string;
  mapRunArn?: string;
}

/** One execution of a state machine, and all that is known of it after its end. */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  /** The state machine's ARN, for children of a distributed map too. */
  readonly machineArn: string;
  readonly roleArn: string;
  readonly isEncrypted: boolean;
  /** JSON text, as in DescribeExecution. */
  readonly input: string;
  readonly mapRunArn?: string;
  readonly startDate: Date;
  /** Settles when the execution has ended, however it ended; redriven, there is a new one. */
  done: Promise<void>;
  readonly historyLog: History;
  /** States entered and retries, as they are billed; those of child executions count there. */
  stateTransitions = 0;
  status: ExecutionStatus = 'RUNNING';
  stopDate?: Date;
  redriveCount = 0;
  redriveDate?: Date;
  output?: string;
  error?: string;
  cause?: string;
  context: JsonObject;
  private scope: Scope;
  private root: Frame;
  private settleDone = (): void => {};

  constructor(
    readonly host: Host,
    private readonly init: ExecutionInit,
  ) {
    this.arn = init.arn;
    this.name = init.name;
    this.stateMachineArn = init.stateMachineArn;
    this.machineArn = init.machineArn;
    this.roleArn = init.roleArn;
    this.isEncrypted = init.isEncrypted ?? false;
    this.input = init.input;
    this.mapRunArn = init.mapRunArn;
    this.startDate = this.clock.date;
    this.historyLog = new History(this.clock, (event) =>
      this.region.account.observer.tell('history', this.arn, { stateMachineArn: this.stateMachineArn, event }),
    );
    this.done = this.newDone();
    this.scope = new Scope(this.clock);
    this.root = new Frame(this, this.scope);
    this.context = this.newContext();
    host.executions.set(this.arn, this);
  }

  private newContext(): JsonObject {
    return {
      Execution: {
        Id: this.arn,
        Input: JSON.parse(this.input),
        Name: this.name,
        RoleArn: this.roleArn,
        StartTime: this.startDate.toISOString(),
        RedriveCount: this.redriveCount,
        ...(this.redriveDate && { RedriveTime: this.redriveDate.toISOString() }),
      },
      StateMachine: { Id: this.stateMachineArn, Name: this.stateMachineArn.split(':').at(-1) ?? '' },
    };
  }

  get region(): Region {
    return this.host.region;
  }

  get clock(): Clock {
    return this.host.region.account.clock;
  }

  get random(): Random {
    return this.host.region.account.random;
  }

  get machineName(): string {
    return this.machineArn.split(':').at(-1) ?? '';
  }

  get history(): HistoryEvent[] {
    return this.historyLog.events;
  }

  start(): void {
    this.root.record('ExecutionStarted', {
      input: this.input,
      inputDetails: { truncated: false },
      roleArn: this.roleArn,
    });
    this.begin();
  }

  /** Continues from the state that did not succeed. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
  redrive(): void {
    const { position, variables } = this.root;
    const state = position && this.init.graph.States[position.name];
    if (!state || (['Map', 'Parallel'].includes(state.Type) && !isDistributed(state)))
      throw new SimulatorError('Redriving the branches of a Parallel or inline Map state is not simulated.');
    this.redriveCount += 1;
    this.redriveDate = this.clock.date;
    this.status = 'RUNNING';
    this.stopDate = undefined;
    this.error = undefined;
    this.cause = undefined;
    this.done = this.newDone();
    this.scope = new Scope(this.clock);
    this.context = this.newContext();
    this.root = new Frame(this, this.scope);
    this.root.previousEventId = this.historyLog.lastEventId;
    this.root.variables.assign(variables.readable());
    this.root.record('ExecutionRedriven', { redriveCount: this.redriveCount });
    this.begin(position);
  }

  private begin(from?: Position): void {
    this.emitStatus();
    const { TimeoutSeconds } = this.init.graph;
    if (TimeoutSeconds !== undefined) this.scope.after(TimeoutSeconds, () => this.timeOut());
    this.run(from).catch((error) => {
      if (error instanceof StatesError) this.fail(error);
      else if (!(error instanceof ExecutionOver)) this.clock.fail(error);
    });
  }

  private newDone(): Promise<void> {
    return new Promise((resolve) => {
      this.settleDone = resolve;
    });
  }

  fail(error: StatesError): void {
    if (this.status !== 'RUNNING') return;
    this.error = error.error;
    this.cause = error.errorCause;
    this.end('FAILED', 'ExecutionFailed', this.root.previousEventId, errorDetails(error.error, error.errorCause));
  }

  /** Stops the execution wherever it is. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
  abort(error?: string, cause?: string): void {
    if (this.status !== 'RUNNING') return;
    this.error = error;
    this.cause = cause;
    this.end('ABORTED', 'ExecutionAborted', this.historyLog.lastEventId, errorDetails(error, cause));
  }

  private async run(from?: Position): Promise<void> {
    const output = await runStates(this.root, this.init.graph, JSON.parse(this.input), from);
    this.output = payloadText(output, this.name);
    this.end('SUCCEEDED', 'ExecutionSucceeded', this.root.previousEventId, {
      output: this.output,
      outputDetails: { truncated: false },
    });
  }

  /** The execution itself keeps no error then: `States.Timeout` stands in the history only. */
  private timeOut(): void {
    this.end('TIMED_OUT', 'ExecutionTimedOut', this.historyLog.lastEventId, { error: 'States.Timeout' });
  }

  private end(
    status: ExecutionStatus,
    event: `Execution${'Succeeded' | 'Failed' | 'Aborted' | 'TimedOut'}`,
    previousEventId: number,
    details: object,
  ): void {
    this.status = status;
    this.stopDate = this.clock.date;
    this.scope.cancel();
    this.historyLog.append(event, previousEventId, details);
    this.emitStatus();
    this.settleDone();
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
  private emitStatus(): void {
    this.region.events.emit({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: [this.arn],
      detail: {
        executionArn: this.arn,
        stateMachineArn: this.stateMachineArn,
        name: this.name,
        status: this.status,
        startDate: this.startDate.getTime(),
        stopDate: this.stopDate?.getTime() ?? null,
        ...this.eventData(),
      },
    });
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html#faqs: not what a key encrypts. */
  private eventData(): JsonObject {
    const isOver = this.output !== undefined;
    const details = { included: !this.isEncrypted };
    if (this.isEncrypted) return { inputDetails: details, outputDetails: isOver ? details : null };
    return {
      input: this.input,
      inputDetails: details,
      output: this.output ?? null,
      outputDetails: isOver ? details : null,
      error: this.error ?? null,
      cause: this.cause ?? null,
    };
  }
}

function errorDetails(error: string | undefined, cause: string | undefined): object {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}
