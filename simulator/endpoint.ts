import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { externalDataInterceptor } from '@smithy/core/config';
import type { HttpRequest } from '@smithy/types';
import { isRegion, partitionOf } from './aws-regions';
import { AwsError, SimulatorError } from './errors';
import {
  accessDeniedCode,
  connectionTimeout,
  expiredTokenError,
  hostNotFound,
  invalidTokenError,
  isConnectionError,
  serverError,
  throttleError,
} from './faults';
import { authorize } from './iam/authorize';
import type { Account } from './places';
import type { Caller, Rate, Service } from './service';
import { type Answered, handOver } from './wire/hand-over';
import { decodeRequest, encodeAnswer, encodeError, type HttpAnswer } from './wire/http';
import { type InspectableClient, type OperationModel, type ServiceModel, serviceModel } from './wire/model';

/** One API call that reached the account. */
interface ApiCall {
  time: string;
  principalArn: string;
  /** `backup:StartBackupJob`: IAM prefix and operation. */
  call: string;
  resource: string;
  /** `ok`, or the error's code. */
  outcome: string;
}

/** Where an SDK client runs: who it acts for, and what happens to it when its process dies. */
export interface ClientHost {
  caller: Caller;
  region: string;
  /** The function's logical id, for faults that hit one function only. */
  name?: string;
  /** True once the process that holds the client is gone: its calls reach no service any more. */
  isDead?: () => boolean;
  /** The client's own `connectionTimeout`; without one, the operating system gives up after about two minutes. */
  connectionTimeoutMs?: number;
  /** Kills the process, for the fault `crashAfter`. */
  kill?: () => void;
}

interface Inspected {
  client: InspectableClient;
  model: ServiceModel;
}

type ClientClass<C> = new (config: never) => C;

/** Linux tries to connect six times, which takes 127 seconds. */
const OPERATING_SYSTEM_TIMEOUT_MS = 127_000;
/** Services with one endpoint for all regions. */
const GLOBAL_SERVICES = ['IAM'];

/** Never settles. A new one each time: what waits for a shared one would stay in memory. */
const noAnswer = () => new Promise<never>(() => {});
const sdkRequire = createRequire(__filename);

declare module './places' {
  interface Account {
    readonly endpoint: Endpoint;
  }
}

/** Where every request to the account arrives: faults, permission and request rates are decided here. */
export class Endpoint {
  readonly calls: ApiCall[] = [];
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly lastAnswers = new Map<string, unknown>();

  constructor(readonly account: Account) {
    // Reading the developer's own AWS settings from disk takes real time, which virtual time would not wait for.
    for (const file of ['config', 'credentials'])
      externalDataInterceptor.interceptFile(join(homedir(), '.aws', file), '');
  }

  /** An SDK client of the account's owner, or of `caller`. */
  client<C>(Client: ClientClass<C>, options: { region?: string; caller?: Caller } = {}): C {
    const host = {
      caller: options.caller ?? this.account.root,
      region: options.region ?? this.account.homeRegion,
    };
    const client = new Client(this.clientConfig(Client.name, host) as never);
    this.shorten(client as object, Client.name, host);
    return client;
  }

  /** Lets a client hand over its calls before the wire, if the account was opened without `wire`. */
  shorten(client: object, clientName: string, host: ClientHost): void {
    if (this.account.wire) return;
    const model = modelOf(clientName);
    handOver(client, model, (operation, input, accessKeyId) =>
      this.orGap(() => this.carryOut(model, operation, input, accessKeyId, host)),
    );
  }

  /** Anything but a refusal or a failed connection is a gap or a bug of the simulator, whatever a handler makes of it. */
  async orGap<T>(asking: () => Promise<T>): Promise<T> {
    try {
      return await asking();
    } catch (error) {
      if (!isConnectionError(error)) this.account.clock.fail(error);
      throw error;
    }
  }

  /** The configuration that puts an SDK client into this account. `clientName` is its class's name. */
  clientConfig(clientName: string, host: ClientHost) {
    return {
      region: host.region,
      credentials: { accessKeyId: 'SIMULATED', secretAccessKey: 'simulated' },
      requestHandler: new RequestHandler(this, clientName, host),
      signerConstructor: NameSigner,
      ...retriesOf(clientName),
      // The SDK's own makes it prepare every request and answer for a log that goes nowhere.
      logger: {},
    };
  }

  /**
   * Carries out one operation for `caller` as AWS would: takes a moment, checks the policies, answers with the
   * operation's SDK output or throws an AwsError. A fault may make it throw a connection timeout instead.
   */
  async request(
    service: Service,
    operation: string,
    input: object,
    caller: Caller,
    host?: ClientHost,
  ): Promise<unknown> {
    const { clock, faults, random } = this.account;
    const method = (service as unknown as Record<string, ((input: object, caller: Caller) => unknown) | undefined>)[
      operation
    ];
    const call = `${service.iamPrefix}:${operation}`;
    if (typeof method !== 'function') throw new SimulatorError(`${call} is not simulated.`);
    const fault = faults.forCall(call, host?.name);
    await clock.sleep(fault?.fault === 'slow' ? (fault.delaySeconds ?? 20) : random.between(0.01, 0.05));
    const access = service.access(operation, input);
    const record: ApiCall = {
      time: clock.date.toISOString(),
      principalArn: caller.principalArn,
      call,
      resource: access[0]?.resource ?? '*',
      outcome: 'ok',
    };
    this.calls.push(record);
    try {
      if (fault?.fault === 'throttle') throw throttleError(service.iamPrefix);
      if (fault?.fault === 'serverError') throw serverError(service.iamPrefix);
      if (fault?.fault === 'timeout') throw connectionTimeout();
      if (fault?.fault === 'accessDenied') {
        throw new AwsError(
          accessDeniedCode(service.iamPrefix),
          `User: ${caller.principalArn} is not authorized to perform: ${call}`,
          403,
        );
      }
      authorize(service.region.account, caller, access);
      this.takeToken(service, operation, input);
      // Only a fault makes use of it.
      const answerKey = faults.list.length
        ? `${service.region.account.id} ${service.region.name} ${call} ${JSON.stringify(input)}`
        : '';
      // DynamoDB's strongly consistent reads are never stale.
      const isStale = fault?.fault === 'staleRead' && (input as { ConsistentRead?: boolean }).ConsistentRead !== true;
      if (isStale && this.lastAnswers.has(answerKey)) return this.lastAnswers.get(answerKey);
      const output = await method.call(service, input, caller);
      if (answerKey) this.lastAnswers.set(answerKey, output);
      if (fault?.fault === 'timeoutAfterSuccess') throw connectionTimeout();
      if (fault?.fault === 'crashAfter') host?.kill?.();
      return output;
    } catch (error) {
      record.outcome = error instanceof AwsError ? error.code : (error as Error).name;
      throw error;
    } finally {
      const { resource, principalArn, outcome } = record;
      this.account.observer.tell('call', call, { resource, principalArn, outcome, input });
    }
  }

  /**
   * Answers one HTTP request of an SDK client, of the class `clientName`, that runs on `host`: with what the operation
   * gives, or with AWS's refusal. Throws connection errors, and a SimulatorError for what is not simulated.
   */
  async answer(clientName: string, request: HttpRequest, host: ClientHost): Promise<HttpAnswer> {
    const model = modelOf(clientName);
    const { operation, input } = await decodeRequest(model, request);
    const accessKeyId = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const answered = await this.carryOut(model, operation, input, accessKeyId, host);
    if ('refusal' in answered) return answered.refusal;
    return encodeAnswer(model, operation, answered.output, answered.requestId);
  }

  private async carryOut(
    model: ServiceModel,
    operation: OperationModel,
    input: object,
    accessKeyId: string,
    host: ClientHost,
  ): Promise<Answered> {
    const { account } = this;
    // Assumed credentials are known by their access key; all others stand for the host's own role.
    const session = account.region().sts.sessionOf(accessKeyId);
    const caller = session?.caller ?? host.caller;
    if (host.isDead?.()) return noAnswer();
    const owner = (session && account.account(session.caller.accountId)) ?? account;
    const requestId = account.random.uuid();
    try {
      await this.connect(owner, model, operation.name, { ...host, caller });
      const service = owner.region(host.region).service(model.serviceId);
      if (session && session.expiresAt <= account.clock.date) throw expiredTokenError(service.iamPrefix);
      const output = await this.request(service, operation.name, input, caller, host);
      if (host.isDead?.()) return noAnswer();
      return { output, requestId };
    } catch (error) {
      if (host.isDead?.()) return noAnswer();
      if (error instanceof AwsError) return { refusal: encodeError(model, error, requestId) };
      throw error;
    }
  }

  /** Connects to a region: throws what the SDK sees when the region is unknown, does not answer or is not enabled. */
  async connect(account: Account, model: ServiceModel, operation: string, host: ClientHost): Promise<void> {
    if (GLOBAL_SERVICES.includes(model.serviceId)) return;
    const { region } = host;
    const { iamPrefix } = account.region(account.homeRegion).service(model.serviceId);
    const refuse = (error: Error, outcome: string): never => {
      const { principalArn } = host.caller;
      const time = account.clock.date.toISOString();
      this.calls.push({ time, principalArn, call: `${iamPrefix}:${operation}`, resource: '*', outcome });
      throw error;
    };
    if (!isRegion(region)) {
      const host = `${model.serviceId.toLowerCase()}.${region}.${account.partition.urlSuffix}`;
      refuse(hostNotFound(host), 'ENOTFOUND');
    }
    if (account.unreachableRegions.has(region)) {
      await account.clock.sleep((host.connectionTimeoutMs || OPERATING_SYSTEM_TIMEOUT_MS) / 1000);
      refuse(connectionTimeout(), 'TimeoutError');
    }
    // Credentials count in their own partition only.
    if (account.disabledRegions.has(region) || partitionOf(region) !== account.partition) {
      const error = invalidTokenError(iamPrefix);
      refuse(error, error.code);
    }
  }

  /** How often each operation was called: `{ 'backup:StartBackupJob': 3 }`. */
  callCounts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { call } of this.calls) counts[call] = (counts[call] ?? 0) + 1;
    return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
  }

  /** Starts counting calls anew. */
  forget(): void {
    this.calls.length = 0;
  }

  private takeToken(service: Service, operation: string, input: unknown): void {
    const rate: Rate | undefined = service.rateOf(operation, input);
    if (!rate) return;
    const key = `${service.region.account.id} ${service.region.name} ${service.iamPrefix}:${operation}`;
    const now = this.account.clock.now;
    const bucket = this.buckets.get(key) ?? { tokens: rate.burst, at: now };
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond);
    bucket.at = now;
    this.buckets.set(key, bucket);
    if (bucket.tokens < 1) throw throttleError(service.iamPrefix);
    bucket.tokens -= 1;
  }
}

/**
 * Signs with the name of the access key only, which is all that the account looks at: computing real signatures would
 * take a third of a simulation's time.
 */
class NameSigner {
  constructor(private readonly config: { credentials: () => Promise<{ accessKeyId: string }> }) {}

  async sign(request: HttpRequest): Promise<HttpRequest> {
    const { accessKeyId } = await this.config.credentials();
    request.headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/`;
    return request;
  }
}

/** Sits where the SDK would open a connection: everything above it, from serialisation to retries, is the real SDK. */
class RequestHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };

  constructor(
    private readonly endpoint: Endpoint,
    private readonly clientName: string,
    private readonly host: ClientHost,
  ) {}

  async handle(
    request: HttpRequest,
  ): Promise<{ response: Omit<HttpAnswer, 'body'> & { body: Uint8Array | Readable } }> {
    const answer = await this.endpoint.orGap(() => this.endpoint.answer(this.clientName, request, this.host));
    // Objects of S3 come as a stream, and the SDK takes nothing else for one.
    const isObject = this.clientName === 'S3Client' && request.method === 'GET';
    return { response: isObject ? { ...answer, body: Readable.from([answer.body]) } : answer };
  }

  destroy(): void {}
}

/**
 * What the SDK knows of a service, by the name of its client's class. `BackupClient` lives in `@aws-sdk/client-backup`:
 * the package's name follows from the client's.
 */
export function modelOf(clientName: string): ServiceModel {
  return inspected(clientName).model;
}

/**
 * How the SDK retries without settings. Every client would look for them again, in the environment and in files, and
 * make an error with a stack at each place that has none.
 */
function retriesOf(clientName: string) {
  const { maxAttempts, retryMode } = inspected(clientName).client.config;
  return { maxAttempts, retryMode };
}

function inspected(clientName: string): Inspected {
  const known = inspectedClients.get(clientName);
  if (known) return known;
  const sdkPackage = sdkRequire(
    SDK_PACKAGES[clientName] ?? `@aws-sdk/client-${clientName.replace(/Client$/, '').toLowerCase()}`,
  );
  const client: InspectableClient = new sdkPackage[clientName]({ region: 'us-east-1' });
  const made = { client, model: serviceModel(client, sdkPackage) };
  inspectedClients.set(clientName, made);
  return made;
}

const inspectedClients = new Map<string, Inspected>();
const SDK_PACKAGES: Record<string, string> = {
  ApplicationAutoScalingClient: '@aws-sdk/client-application-auto-scaling',
  AutoScalingClient: '@aws-sdk/client-auto-scaling',
  CloudTrailClient: '@aws-sdk/client-cloudtrail',
  CloudWatchClient: '@aws-sdk/client-cloudwatch',
  CloudWatchEventsClient: '@aws-sdk/client-cloudwatch-events',
  CloudWatchLogsClient: '@aws-sdk/client-cloudwatch-logs',
};
