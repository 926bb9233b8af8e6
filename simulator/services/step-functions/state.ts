import type { LoggingConfiguration, StartExecutionInput } from '@aws-sdk/client-sfn';
import type { Definition } from '../../asl/definition';
import type { Execution } from '../../asl/execution';
import { HISTORY_LIMIT } from '../../asl/history';
import type { Host } from '../../asl/host';
import type { MapRun } from '../../asl/map-run';
import { exceedsPayloadLimit, type Json } from '../../asl/payload';
import { TaskTokens } from '../../asl/task-tokens';
import { AwsError, SimulatorError } from '../../errors';
import { jsonComplaint } from '../../json-complaint';
import type { Region } from '../../places';
import { type Caller, type Rate, Service } from '../../service';
import { stepFunctionsRates } from './rates';

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

export type Output<T> = Omit<T, '$metadata'>;

/** Without white space and the characters that AWS forbids in names. */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

const ERROR_LIMIT = 256;

const CAUSE_LIMIT = 32_768;

const REDRIVABLE_DAYS = 14;

/** How long a closed execution, and its name, is kept. */
const KEPT_DAYS = 90;

/** What the operations of StepFunctions share: its state in one region, and what is looked up in it. */
export class StepFunctionsState extends Service implements Host {
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

  /** The call as CloudTrail tells it: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cloud-trail.html */
  trail({ stateMachineArn, name }: StartExecutionInput, caller: Caller, { arn, startDate }: Execution): void {
    const request = { stateMachineArn, ...(name && { name }), input: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
    this.region.cloudTrail.record('states.amazonaws.com', 'StartExecution', caller, request, {
      executionArn: arn,
      startDate: startDate.toUTCString(),
    });
  }

  stateMachine(arn = ''): StateMachine {
    const stateMachine = this.stateMachines.get(arn);
    if (!stateMachine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return stateMachine;
  }

  /**
   * The execution of a name, as long as Step Functions keeps it: 90 days after its end. Then the name is free again.
   * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
   */
  known(arn: string): Execution | undefined {
    const execution = this.executions.get(arn);
    const keptMs = KEPT_DAYS * 86_400_000;
    const isForgotten = execution?.stopDate && this.region.account.clock.now - execution.stopDate.getTime() > keptMs;
    return isForgotten ? undefined : execution;
  }

  execution(arn = ''): Execution {
    const execution = this.known(arn);
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  mapRun(arn = ''): MapRun {
    const mapRun = this.mapRuns.get(arn);
    if (!mapRun) throw new AwsError('ResourceNotFound', `Map Run Does Not Exist: '${arn}'`);
    return mapRun;
  }
}

/** Within 14 days of its end, unless it succeeded or its history is full. */
export function redriveStatusOf(
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

export function checkName(name: string): void {
  if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html */
export function checkVersion({
  publish,
  versionDescription,
}: {
  publish?: boolean;
  versionDescription?: string;
}): void {
  if (versionDescription !== undefined && !publish)
    throw new AwsError('ValidationException', 'Version description can only be set when publish is true');
  if (publish) throw new SimulatorError('Versions of state machines are not simulated.');
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html#API_SendTaskFailure_RequestParameters */
export function checkFailure({ error = '', cause = '' }: { error?: string; cause?: string }): void {
  const [member, limit] = error.length > ERROR_LIMIT ? ['error', ERROR_LIMIT] : ['cause', CAUSE_LIMIT];
  if (error.length <= ERROR_LIMIT && cause.length <= CAUSE_LIMIT) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
  );
}

export function parsePayload(text: string, code: 'InvalidExecutionInput' | 'InvalidOutput'): Json {
  try {
    if (!exceedsPayloadLimit(text)) return JSON.parse(text);
  } catch {
    if (code === 'InvalidOutput') throw new AwsError(code, `Invalid JSON: '${text}'`);
    const complaint = text === '' ? 'Invalid execution input.' : jsonComplaint(text);
    throw new AwsError(code, `Invalid State Machine Execution Input: '${complaint}'`);
  }
  throw new AwsError('ValidationException', 'A payload must have length less than or equal to 262144');
}

export function isLogged({ loggingConfiguration }: { loggingConfiguration?: LoggingConfiguration }): boolean {
  return (loggingConfiguration?.level ?? 'OFF') !== 'OFF';
}
