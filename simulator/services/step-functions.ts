import type {
  CreateStateMachineInput,
  DescribeExecutionInput,
  DescribeExecutionOutput,
  DescribeMapRunOutput,
  DescribeStateMachineOutput,
  GetExecutionHistoryInput,
  HistoryEvent,
  ListExecutionsInput,
  ListExecutionsOutput,
  ListMapRunsOutput,
  ListStateMachinesOutput,
  LoggingConfiguration,
  SendTaskFailureInput,
  SendTaskSuccessInput,
  StartExecutionInput,
  StopExecutionInput,
  UpdateStateMachineInput,
} from '@aws-sdk/client-sfn';
import { type Definition, parseDefinition } from '../asl/definition';
import { Execution } from '../asl/execution';
import { HISTORY_LIMIT } from '../asl/history';
import type { Host } from '../asl/host';
import type { MapRun } from '../asl/map-run';
import { exceedsPayloadLimit, type Json } from '../asl/payload';
import { StatesError } from '../asl/states-error';
import { TaskTokens } from '../asl/task-tokens';
import { AwsError, SimulatorError } from '../errors';
import { authorize } from '../iam/authorize';
import type { Region } from '../places';
import { type Access, type Caller, type Rate, Service } from '../service';
import { stepFunctionsAccess } from './step-functions/access';
import { executionKeyUse, keyOf } from './step-functions/encryption';
import { page } from './step-functions/page';
import { stepFunctionsRates } from './step-functions/rates';

interface StateMachine {
  arn: string;
  name: string;
  roleArn: string;
  definitionText: string;
  definition: Definition;
  creationDate: Date;
  /** The customer managed key that encrypts it and the data of its executions. */
  keyArn?: string;
  isLogged: boolean;
}

type Output<T> = Omit<T, '$metadata'>;

/** Without white space and the characters that AWS forbids in names. */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

const ERROR_LIMIT = 256;
const CAUSE_LIMIT = 32_768;
const REDRIVABLE_DAYS = 14;
/** How long a closed execution, and its name, is kept. */
const KEPT_DAYS = 90;

declare module '../places' {
  interface Region {
    readonly stepFunctions: StepFunctions;
  }
}

/** AWS Step Functions: state machines and executions. https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export class StepFunctions extends Service implements Host {
  readonly iamPrefix = 'states';
  override readonly rates: Record<string, Rate>;
  readonly stateMachines = new Map<string, StateMachine>();
  /** Every execution that was ever started, by ARN, children of distributed maps included. */
  readonly executions = new Map<string, Execution>();
  readonly mapRuns = new Map<string, MapRun>();
  readonly taskTokens: TaskTokens;

  constructor(region: Region) {
    super(region);
    this.rates = stepFunctionsRates(region);
    this.taskTokens = new TaskTokens(region);
  }

  override access(operation: string, input: Record<string, string | undefined>): Access[] {
    return stepFunctionsAccess(this, operation, input);
  }

  CreateStateMachine(input: CreateStateMachineInput): { stateMachineArn: string; creationDate: Date } {
    const { name = '', definition = '', roleArn = '' } = input;
    if (input.type === 'EXPRESS') throw new SimulatorError('Express state machines are not simulated.');
    checkName(name);
    const arn = this.region.arn('states', `stateMachine:${name}`);
    const existing = this.stateMachines.get(arn);
    if (existing) {
      // Idempotent for the same definition; another role is ignored.
      if (existing.definitionText !== definition) {
        throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
      }
      return { stateMachineArn: arn, creationDate: existing.creationDate };
    }
    const creationDate = this.region.account.clock.date;
    this.stateMachines.set(arn, {
      ...{ arn, name, roleArn, definitionText: definition, creationDate },
      definition: parseDefinition(definition),
      keyArn: keyOf(input.encryptionConfiguration),
      isLogged: isLogged(input),
    });
    return { stateMachineArn: arn, creationDate };
  }

  /** Executions that run already keep the definition and role that they started with. */
  UpdateStateMachine(input: UpdateStateMachineInput): { updateDate: Date } {
    const stateMachine = this.stateMachine(input.stateMachineArn);
    if (input.definition !== undefined) {
      stateMachine.definition = parseDefinition(input.definition);
      stateMachine.definitionText = input.definition;
    }
    if (input.roleArn !== undefined) stateMachine.roleArn = input.roleArn;
    if (input.encryptionConfiguration !== undefined) stateMachine.keyArn = keyOf(input.encryptionConfiguration);
    if (input.loggingConfiguration !== undefined) stateMachine.isLogged = isLogged(input);
    return { updateDate: this.region.account.clock.date };
  }

  DescribeStateMachine(input: { stateMachineArn?: string }): Output<DescribeStateMachineOutput> {
    const { arn, name, roleArn, definitionText, creationDate } = this.stateMachine(input.stateMachineArn);
    return {
      stateMachineArn: arn,
      name,
      status: 'ACTIVE',
      definition: definitionText,
      roleArn,
      type: 'STANDARD',
      creationDate,
    };
  }

  ListStateMachines(input: { maxResults?: number; nextToken?: string }): Output<ListStateMachinesOutput> {
    const { items, nextToken } = page([...this.stateMachines.values()], input, 100);
    const stateMachines = items.map(({ arn, name, creationDate }) => ({
      stateMachineArn: arn,
      name,
      type: 'STANDARD' as const,
      creationDate,
    }));
    return { stateMachines, nextToken };
  }

  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
  StartExecution(
    input: StartExecutionInput,
    caller = this.region.account.root,
  ): { executionArn: string; startDate: Date } {
    const stateMachine = this.stateMachine(input.stateMachineArn);
    const name = input.name ?? this.region.account.random.uuid();
    checkName(name);
    const text = input.input ?? '{}';
    parsePayload(text, 'InvalidExecutionInput');
    const arn = this.region.arn('states', `execution:${stateMachine.name}:${name}`);
    const existing = this.known(arn);
    if (existing) {
      if (existing.status === 'RUNNING' && existing.input === text) {
        this.trail(input, caller, existing);
        return { executionArn: arn, startDate: existing.startDate };
      }
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const role = { principalArn: stateMachine.roleArn, accountId: this.region.account.id };
    authorize(this.region.account, role, executionKeyUse(this.region, stateMachine), 'KmsAccessDeniedException');
    const execution = new Execution(this, {
      arn,
      name,
      stateMachineArn: stateMachine.arn,
      machineArn: stateMachine.arn,
      isEncrypted: stateMachine.keyArn !== undefined,
      roleArn: stateMachine.roleArn,
      graph: stateMachine.definition,
      input: text,
    });
    execution.start();
    this.trail(input, caller, execution);
    return { executionArn: arn, startDate: execution.startDate };
  }

  /** The call as CloudTrail tells it: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cloud-trail.html */
  private trail({ stateMachineArn, name }: StartExecutionInput, caller: Caller, { arn, startDate }: Execution): void {
    const request = { stateMachineArn, ...(name && { name }), input: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
    this.region.cloudTrail.record('states.amazonaws.com', 'StartExecution', caller, request, {
      executionArn: arn,
      startDate: startDate.toUTCString(),
    });
  }

  StopExecution(input: StopExecutionInput): { stopDate: Date } {
    checkFailure(input);
    const execution = this.execution(input.executionArn);
    execution.abort(input.error, input.cause);
    return { stopDate: execution.stopDate as Date };
  }

  DescribeExecution(input: DescribeExecutionInput): Output<DescribeExecutionOutput> {
    const execution = this.execution(input.executionArn);
    const hasData = input.includedData !== 'METADATA_ONLY';
    return {
      executionArn: execution.arn,
      stateMachineArn: execution.stateMachineArn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startDate,
      stopDate: execution.stopDate,
      input: hasData ? execution.input : undefined,
      inputDetails: { included: hasData },
      output: hasData ? execution.output : undefined,
      outputDetails: execution.output === undefined ? undefined : { included: hasData },
      error: hasData ? execution.error : undefined,
      cause: hasData ? execution.cause : undefined,
      mapRunArn: execution.mapRunArn,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redriveDate,
      ...redriveStatusOf(execution, this.region.account.clock.now),
    };
  }

  /**
   * The token that lets a request be repeated (`clientToken`) changes nothing here.
   * https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
   */
  RedriveExecution(input: { executionArn?: string }): { redriveDate: Date } {
    const execution = this.execution(input.executionArn);
    const { redriveStatusReason } = redriveStatusOf(execution, this.region.account.clock.now);
    if (redriveStatusReason) throw new AwsError('ExecutionNotRedrivable', redriveStatusReason);
    execution.redrive();
    return { redriveDate: this.region.account.clock.date };
  }

  /** The newest execution comes first. */
  ListExecutions(input: ListExecutionsInput): Output<ListExecutionsOutput> {
    if (input.mapRunArn !== undefined) this.mapRun(input.mapRunArn);
    else this.stateMachine(input.stateMachineArn);
    const matching = [...this.executions.values()]
      .filter(({ arn }) => this.known(arn))
      .filter((execution) =>
        input.mapRunArn === undefined
          ? execution.mapRunArn === undefined && execution.stateMachineArn === input.stateMachineArn
          : execution.mapRunArn === input.mapRunArn,
      )
      .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
      .reverse();
    const { items, nextToken } = page(matching, input, 100);
    const executions = items.map(({ arn, stateMachineArn, name, status, startDate, stopDate, mapRunArn }) => ({
      executionArn: arn,
      stateMachineArn,
      name,
      status,
      startDate,
      stopDate,
      mapRunArn,
    }));
    return { executions, nextToken };
  }

  GetExecutionHistory(input: GetExecutionHistoryInput): { events: HistoryEvent[]; nextToken?: string } {
    const { history } = this.execution(input.executionArn);
    const { items, nextToken } = page(input.reverseOrder ? history.toReversed() : history, input, 100);
    return { events: items, nextToken };
  }

  SendTaskSuccess(input: SendTaskSuccessInput): object {
    const output = parsePayload(input.output ?? '', 'InvalidOutput');
    this.taskTokens.find(input.taskToken).succeed(output);
    return {};
  }

  SendTaskFailure(input: SendTaskFailureInput): object {
    checkFailure(input);
    this.taskTokens.find(input.taskToken).fail(new StatesError(input.error, input.cause));
    return {};
  }

  SendTaskHeartbeat(input: { taskToken?: string }): object {
    this.taskTokens.find(input.taskToken).heartbeat();
    return {};
  }

  DescribeMapRun(input: { mapRunArn?: string }): Output<DescribeMapRunOutput> {
    return this.mapRun(input.mapRunArn).describe();
  }

  ListMapRuns(input: { executionArn?: string; maxResults?: number; nextToken?: string }): Output<ListMapRunsOutput> {
    const execution = this.execution(input.executionArn);
    const own = [...this.mapRuns.values()].filter(({ parent }) => parent === execution);
    const { items, nextToken } = page(own, input, 100);
    const mapRuns = items.map(({ arn, parent, label, startDate, stopDate }) => ({
      mapRunArn: arn,
      executionArn: parent.arn,
      stateMachineArn: `${parent.machineArn}/${label}`,
      startDate,
      stopDate,
    }));
    return { mapRuns, nextToken };
  }

  private stateMachine(arn = ''): StateMachine {
    const stateMachine = this.stateMachines.get(arn);
    if (!stateMachine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return stateMachine;
  }

  /**
   * The execution of a name, as long as Step Functions keeps it: 90 days after its end. Then the name is free again.
   * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
   */
  private known(arn: string): Execution | undefined {
    const execution = this.executions.get(arn);
    const keptMs = KEPT_DAYS * 86_400_000;
    const isForgotten = execution?.stopDate && this.region.account.clock.now - execution.stopDate.getTime() > keptMs;
    return isForgotten ? undefined : execution;
  }

  private execution(arn = ''): Execution {
    const execution = this.known(arn);
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  private mapRun(arn = ''): MapRun {
    const mapRun = this.mapRuns.get(arn);
    if (!mapRun) throw new AwsError('ResourceNotFound', `Map Run Does Not Exist: '${arn}'`);
    return mapRun;
  }
}

/** Within 14 days of its end, unless it succeeded or its history is full. */
function redriveStatusOf(
  { status, stopDate, history }: Execution,
  now: number,
): { redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE'; redriveStatusReason?: string } {
  const refused = (redriveStatusReason: string) => ({ redriveStatus: 'NOT_REDRIVABLE' as const, redriveStatusReason });
  if (status === 'RUNNING') return refused('Execution is RUNNING and cannot be redriven');
  if (status === 'SUCCEEDED') return refused('Execution is SUCCEEDED and cannot be redriven');
  if (history.length >= HISTORY_LIMIT - 1) return refused('Execution history event limit exceeded');
  if (now - (stopDate?.getTime() ?? now) > REDRIVABLE_DAYS * 86_400_000)
    return refused(`Execution has exceeded the max redrivable period of ${REDRIVABLE_DAYS} days`);
  return { redriveStatus: 'REDRIVABLE' };
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html#API_SendTaskFailure_RequestParameters */
function checkFailure({ error = '', cause = '' }: { error?: string; cause?: string }): void {
  const [member, limit] = error.length > ERROR_LIMIT ? ['error', ERROR_LIMIT] : ['cause', CAUSE_LIMIT];
  if (error.length <= ERROR_LIMIT && cause.length <= CAUSE_LIMIT) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
  );
}

function parsePayload(text: string, code: string): Json {
  try {
    if (!exceedsPayloadLimit(text)) return JSON.parse(text);
  } catch {
    throw new AwsError(code, `Invalid JSON: '${text}'`);
  }
  throw new AwsError('ValidationException', 'A payload must have length less than or equal to 262144');
}

function isLogged({ loggingConfiguration }: { loggingConfiguration?: LoggingConfiguration }): boolean {
  return (loggingConfiguration?.level ?? 'OFF') !== 'OFF';
}
