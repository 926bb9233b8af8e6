import { createHash } from 'node:crypto';
import type {
  AddPermissionRequest,
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetAccountSettingsResponse,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, SimulatorError } from '../errors';
import { authorize } from '../iam/authorize';
import { Container, type FunctionConfiguration } from '../lambda/container';
import type { Region } from '../places';
import { type Access, type Caller, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { EventSourceMappings } from './lambda/event-source-mappings';
import { QueueMappings } from './lambda/queue-mappings';
import { urlEvent } from './lambda/url-event';
import { page } from './page';

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

/** A statement of a function's resource policy. */
interface Permission {
  action: string;
  principal: string;
  sourceArn: string | undefined;
  sourceAccount: string | undefined;
  statementId: string;
}

interface DeployedFunction {
  configuration: FunctionConfiguration;
  containers: Container[];
  /** Its function URL, if it has one; the caller is authenticated (AuthType AWS_IAM). */
  url?: string;
  /** Who may invoke it beside what roles allow. */
  permissions: Permission[];
}

const FUNCTIONS_PAGE = 50;
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
  readonly queueMappings: QueueMappings;

  constructor(region: Region) {
    super(region);
    this.eventSourceMappings = new EventSourceMappings(region);
    this.queueMappings = new QueueMappings(region);
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

  /** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
  ListFunctions(input: ListFunctionsRequest): ListFunctionsResponse {
    requireSupported('lambda:ListFunctions', input, ['Marker', 'MaxItems']);
    const all = [...this.functions.values()].map(({ configuration }) => ({
      FunctionName: configuration.functionName,
      FunctionArn: configuration.functionArn,
      Role: configuration.roleArn,
      Handler: configuration.handler,
      Timeout: configuration.timeoutSeconds,
      MemorySize: configuration.memorySizeMb,
      Environment: { Variables: configuration.environment },
      Version: '$LATEST',
      PackageType: 'Zip' as const,
    }));
    const { items, nextToken } = page(all, input.MaxItems ?? FUNCTIONS_PAGE, input.Marker);
    return { Functions: items, ...(nextToken && { NextMarker: nextToken }) };
  }

  /** Deletes a function, as CloudFormation does. */
  remove(functionArn: string): void {
    this.functions.delete(this.find(functionArn).configuration.functionArn);
  }

  removePermission(functionName: string, statementId: string): void {
    const deployed = this.find(functionName);
    deployed.permissions = deployed.permissions.filter((permission) => permission.statementId !== statementId);
  }

  /** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html: in the name of services only. */
  AddPermission(input: AddPermissionRequest): void {
    requireSupported('lambda:AddPermission', input, [
      'FunctionName',
      'Principal',
      'SourceArn',
      'SourceAccount',
      'Action',
      'StatementId',
    ]);
    this.find(input.FunctionName ?? '').permissions.push({
      action: input.Action ?? '',
      principal: input.Principal ?? '',
      sourceArn: input.SourceArn,
      sourceAccount: input.SourceAccount,
      statementId: input.StatementId ?? '',
    });
  }

  /** Whether the function's resource policy lets a service invoke it on behalf of `sourceArn`. */
  allows(functionArn: string, principal: string, sourceArn: string): boolean {
    return this.find(functionArn).permissions.some(
      (permission) =>
        wildcardMatches(permission.action, 'lambda:InvokeFunction') &&
        permission.principal === principal &&
        (!permission.sourceArn || wildcardMatches(permission.sourceArn, sourceArn)) &&
        (!permission.sourceAccount || permission.sourceAccount === sourceArn.split(':')[4]),
    );
  }

  override usualAccess(operation: string, input: { FunctionName: string; UUID?: string }): Access[] {
    if (['GetAccountSettings', 'ListFunctions'].includes(operation))
      return [{ action: `lambda:${operation}`, resource: '*' }];
    const action = operation === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${operation}`;
    if (['ListTags', 'TagResource'].includes(operation))
      return [{ action, resource: (input as { Resource?: string }).Resource ?? '*' }];
    if (operation.includes('EventSourceMapping')) {
      const isOne = !operation.startsWith('List') && !operation.startsWith('Create');
      return [{ action, resource: isOne ? this.eventSourceMappings.arn(input.UUID) : '*' }];
    }
    return [{ action, resource: this.find(input.FunctionName).configuration.functionArn }];
  }

  /** Gives a function its URL, which never changes (Lambda Guide, "Invoking Lambda function URLs"). */
  createUrl(functionName: string): string {
    const deployed = this.find(functionName);
    const id = createHash('sha256').update(deployed.configuration.functionArn).digest('hex').slice(0, 32);
    deployed.url ??= `https://${id}.lambda-url.${this.region.name}.on.aws/`;
    return deployed.url;
  }

  removeUrl(functionName: string): void {
    this.find(functionName).url = undefined;
  }

  /**
   * A signed POST to a function URL of the type AWS_IAM: the function sees who calls. Since October 2025 the caller needs
   * both rights (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). The event has the payload format 2.0
   * (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads).
   */
  async invokeUrl(url: string, body: string, caller: Caller): Promise<{ statusCode: number; body: string }> {
    const { account } = this.region;
    const deployed = [...this.functions.values()].find((candidate) => candidate.url === url);
    if (!deployed) return { statusCode: 404, body: '{"Message":null}' };
    const { functionArn } = deployed.configuration;
    const context = { 'lambda:FunctionUrlAuthType': 'AWS_IAM', 'lambda:InvokedViaFunctionUrl': 'true' };
    try {
      authorize(account, caller, [
        { action: 'lambda:InvokeFunctionUrl', resource: functionArn, context },
        { action: 'lambda:InvokeFunction', resource: functionArn, context },
      ]);
    } catch (error) {
      if (error instanceof AwsError) return { statusCode: 403, body: '{"Message":"Forbidden"}' };
      throw error;
    }
    const result = await this.run(functionArn, urlEvent(this.region, url, body, caller));
    // https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html: an error of the function is a 502.
    if ('functionError' in result) return { statusCode: 502, body: 'Internal Server Error' };
    const { statusCode = 200, body: answer = '' } = (result.payload ?? {}) as { statusCode?: number; body?: string };
    return { statusCode, body: answer };
  }

  /** Invokes a function and waits for its end, as `InvocationType: RequestResponse` does. */
  async Invoke(input: {
    FunctionName: string;
    InvocationType?: string;
    Payload?: Uint8Array | string;
  }): Promise<object> {
    requireSupported('lambda:Invoke', input, ['FunctionName', 'InvocationType', 'Payload']);
    const { InvocationType = 'RequestResponse' } = input;
    if (InvocationType !== 'RequestResponse')
      throw new SimulatorError(`lambda:Invoke: the InvocationType ${InvocationType} is not simulated.`);
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

  /** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html */
  UpdateEventSourceMapping(input: UpdateEventSourceMappingRequest): EventSourceMappingConfiguration {
    requireSupported('lambda:UpdateEventSourceMapping', input, ['UUID', 'Enabled']);
    if (!this.queueMappings.has(input.UUID))
      throw new SimulatorError('Changes of the mapping of a stream are not simulated.');
    this.queueMappings.enable(input.UUID ?? '', input.Enabled !== false);
    return { UUID: input.UUID, State: input.Enabled === false ? 'Disabling' : 'Enabling' };
  }

  /** https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
  ListTags({ Resource = '' }: ListTagsRequest): ListTagsResponse {
    this.requireMapping(Resource);
    return { Tags: this.eventSourceMappings.tagsOf(Resource) };
  }

  TagResource({ Resource = '', Tags = {} }: TagResourceRequest): void {
    this.requireMapping(Resource);
    this.eventSourceMappings.tag(Resource, Tags);
  }

  private requireMapping(arn: string): void {
    if (!arn.includes(':event-source-mapping:')) throw new SimulatorError('Tags of functions are not simulated.');
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
