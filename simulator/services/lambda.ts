import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetAccountSettingsResponse,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../errors';
import { Container, type FunctionConfiguration } from '../lambda/container';
import type { Region } from '../places';
import { type Access, Service } from '../service';
import { EventSourceMappings } from './lambda/event-source-mappings';

/** What Lambda answers to an invocation: the handler's result, or how it failed (`errorType` is the error's name). */
export type InvocationResult =
  | { payload: unknown }
  | { functionError: { errorType: string; errorMessage: string; stackTrace?: string[] } };

interface Invocation {
  time: string;
  logicalId: string;
  durationSeconds: number;
  failed: boolean;
}

interface DeployedFunction {
  configuration: FunctionConfiguration;
  containers: Container[];
  /** Principals that may invoke it, with the ARN that they must come from. */
  permissions: { principal: string; sourceArn?: string; statementId: string }[];
}

const UNRESERVED_MINIMUM = 100;
const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;

declare module '../places' {
  interface Region {
    readonly lambda: Lambda;
  }
}

/** AWS Lambda: runs the template's own handlers, each in its own environment and under its own role. */
export class Lambda extends Service {
  readonly iamPrefix = 'lambda';
  readonly functions = new Map<string, DeployedFunction>();
  readonly invocations: Invocation[] = [];
  readonly eventSourceMappings: EventSourceMappings;

  constructor(region: Region) {
    super(region);
    this.eventSourceMappings = new EventSourceMappings(region);
  }

  /** Creates a function from its source; its physical name and ARN are given by the deployment. */
  create(configuration: FunctionConfiguration): void {
    this.requireUnreserved(configuration);
    this.functions.set(configuration.functionArn, { configuration, containers: [], permissions: [] });
  }

  /** Gives a function other code and settings; what is already running ends with the old ones. */
  update(configuration: FunctionConfiguration): void {
    const deployed = this.find(configuration.functionArn);
    this.requireUnreserved(configuration);
    deployed.configuration = configuration;
    deployed.containers = [];
  }

  /**
   * 100 of the account's concurrent executions stay unreserved, or all of a smaller quota
   * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html; the number in the message is 10 where
   * the quota is 10, https://github.com/aws-samples/one-observability-demo/issues/278).
   */
  private requireUnreserved({ functionArn, reservedConcurrency = 0 }: FunctionConfiguration): void {
    const quota = this.region.account.concurrentExecutions;
    const minimum = Math.min(UNRESERVED_MINIMUM, quota);
    if (reservedConcurrency > 0 && quota - this.reserved(functionArn) - reservedConcurrency < minimum)
      throw new AwsError(
        'InvalidParameterValueException',
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
      );
  }

  /** What functions have reserved, but for the one of that ARN. */
  private reserved(except?: string): number {
    const others = [...this.functions.values()].filter(({ configuration }) => configuration.functionArn !== except);
    return others.reduce((sum, { configuration }) => sum + (configuration.reservedConcurrency ?? 0), 0);
  }

  /** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
  GetAccountSettings(): GetAccountSettingsResponse {
    const { concurrentExecutions } = this.region.account;
    return {
      AccountLimit: {
        ConcurrentExecutions: concurrentExecutions,
        UnreservedConcurrentExecutions: concurrentExecutions - this.reserved(),
      },
      AccountUsage: { FunctionCount: this.functions.size },
    };
  }

  /** Deletes a function, as CloudFormation does. */
  remove(functionArn: string): void {
    this.functions.delete(this.find(functionArn).configuration.functionArn);
  }

  removePermission(functionName: string, statementId: string): void {
    const deployed = this.find(functionName);
    deployed.permissions = deployed.permissions.filter((permission) => permission.statementId !== statementId);
  }

  AddPermission(input: {
    FunctionName: string;
    Principal: string;
    SourceArn?: string;
    Action: string;
    StatementId: string;
  }): void {
    this.find(input.FunctionName).permissions.push({
      principal: input.Principal,
      sourceArn: input.SourceArn,
      statementId: input.StatementId,
    });
  }

  /** Whether the function's resource policy lets a service invoke it on behalf of `sourceArn`. */
  allows(functionArn: string, principal: string, sourceArn: string): boolean {
    return this.find(functionArn).permissions.some(
      (permission) =>
        permission.principal === principal &&
        (!permission.sourceArn || wildcardMatches(permission.sourceArn, sourceArn)),
    );
  }

  override access(operation: string, input: { FunctionName: string; UUID?: string }): Access[] {
    if (operation === 'GetAccountSettings') return [{ action: `lambda:${operation}`, resource: '*' }];
    const action = operation === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${operation}`;
    if (operation.includes('EventSourceMapping')) {
      const isOne = !operation.startsWith('List') && !operation.startsWith('Create');
      return [{ action, resource: isOne ? this.eventSourceMappings.arn(input.UUID) : '*' }];
    }
    return [{ action, resource: this.find(input.FunctionName).configuration.functionArn }];
  }

  /** Invokes a function and waits for its end, as `InvocationType: RequestResponse` does. */
  async Invoke(input: { FunctionName: string; Payload?: Uint8Array | string }): Promise<object> {
    const text = input.Payload === undefined ? '{}' : Buffer.from(input.Payload).toString('utf8');
    if (Buffer.byteLength(text) > PAYLOAD_LIMIT_BYTES)
      throw new AwsError('RequestTooLargeException', 'Request must be smaller than 6291456 bytes', 413);
    const result = await this.run(input.FunctionName, JSON.parse(text));
    if ('functionError' in result) {
      return {
        StatusCode: 200,
        FunctionError: 'Unhandled',
        Payload: Buffer.from(JSON.stringify(result.functionError)),
      };
    }
    return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(result.payload)) };
  }

  CreateEventSourceMapping(input: CreateEventSourceMappingRequest): EventSourceMappingConfiguration {
    return this.eventSourceMappings.create(input);
  }

  GetEventSourceMapping(input: GetEventSourceMappingRequest): EventSourceMappingConfiguration {
    return this.eventSourceMappings.get(input.UUID);
  }

  DeleteEventSourceMapping(input: DeleteEventSourceMappingRequest): EventSourceMappingConfiguration {
    return this.eventSourceMappings.delete(input.UUID);
  }

  ListEventSourceMappings(input: ListEventSourceMappingsRequest): ListEventSourceMappingsResponse {
    return this.eventSourceMappings.list(input);
  }

  /** Runs a function to its end, or to its timeout (`errorType` `Sandbox.Timedout`). */
  async run(functionArn: string, payload: unknown): Promise<InvocationResult> {
    const deployed = this.find(functionArn);
    const { clock, random } = this.region.account;
    const { configuration } = deployed;
    const startedAt = clock.now;
    const running = deployed.containers.filter((container) => container.busy).length;
    if (configuration.reservedConcurrency !== undefined && running >= configuration.reservedConcurrency) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    let container = deployed.containers.find((candidate) => !candidate.busy);
    if (!container) {
      container = new Container(this.region.account, this.region.name, configuration);
      deployed.containers.push(container);
      container.busy = true;
      await clock.sleep(random.between(0.2, 0.4));
    }
    const result = await container.invoke(payload);
    if (container.dead) deployed.containers = deployed.containers.filter((candidate) => candidate !== container);
    this.invocations.push({
      time: clock.date.toISOString(),
      logicalId: configuration.logicalId,
      durationSeconds: (clock.now - startedAt) / 1000,
      failed: 'functionError' in result,
    });
    return result;
  }

  private find(nameOrArn: string): DeployedFunction {
    const deployed =
      this.functions.get(nameOrArn) ??
      [...this.functions.values()].find(({ configuration }) => configuration.functionName === nameOrArn);
    if (!deployed) throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    return deployed;
  }
}

function wildcardMatches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(text);
}
