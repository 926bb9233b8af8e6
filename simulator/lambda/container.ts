import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import type { ClientHost } from '../endpoint';
import type { Account } from '../places';
import type { InvocationResult } from '../services/lambda';
import { compileHandler } from './bundle';
import { asyncHooksFor } from './container-storage';
import { taskRoot } from './packaging';

export interface FunctionConfiguration {
  functionName: string;
  functionArn: string;
  /** The id in the template: the name that people know it by. */
  logicalId: string;
  /** Absolute path of the TypeScript source. */
  entryPoint: string;
  /** The exported function's name. */
  handler: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memorySizeMb: number;
  roleArn: string;
  reservedConcurrency?: number;
  /** Where an event goes whose last attempt failed. */
  deadLetterArn?: string;
}

/** What a handler says to the constructor of an SDK client, as far as the simulation looks at it. */
interface ClientConfiguration {
  region?: string;
  requestHandler?: { connectionTimeout?: number };
}

type Handler = (event: unknown, context: object) => unknown;

/**
 * One execution environment of a function: its own module state and its own `process.env`, one invocation at a time.
 * When it dies (timeout, crash) its calls reach no service any more, and the next invocation gets a new one.
 */
export class Container {
  busy = false;
  dead = false;
  private readonly handler: Handler;
  private endInvocation?: (result: InvocationResult) => void;

  constructor(
    private readonly account: Account,
    private readonly region: string,
    readonly configuration: FunctionConfiguration,
  ) {
    const stdout = new Writable({
      write: (chunk, _encoding, done) => {
        account.log(configuration.logicalId, String(chunk).trimEnd());
        done();
      },
    });
    const consoleOf = (line: unknown[]) => account.log(configuration.logicalId, line.map(String).join(' '));
    const log = (...line: unknown[]) => consoleOf(line);
    const module = { exports: {} as Record<string, unknown> };
    const environment = {
      ...configuration.environment,
      AWS_REGION: region,
      // Made when a function asks for it: few do, and what the build puts there takes a third of a second to make.
      get LAMBDA_TASK_ROOT() {
        return taskRoot(account.packaging);
      },
      AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySizeMb),
    };
    compileHandler(configuration.entryPoint, account.packaging)(
      module,
      module.exports,
      this.requireForHandler(),
      // Not a copy: reading every property of `process` costs a millisecond.
      Object.create(process, { env: { value: environment }, stdout: { value: stdout }, stderr: { value: stdout } }),
      { log, info: log, warn: log, error: log, debug: log, trace: log },
      dateWith(account.faults.skewMsOf(configuration.logicalId)),
    );
    this.handler = module.exports[configuration.handler] as Handler;
    if (typeof this.handler !== 'function') {
      throw new Error(`${configuration.entryPoint} exports no function ${configuration.handler}.`);
    }
  }

  /** Runs one event to its end. Never rejects: what goes wrong is part of the result, as in Lambda. */
  async invoke(event: unknown): Promise<InvocationResult> {
    const { clock, random } = this.account;
    const { timeoutSeconds, functionName, functionArn, memorySizeMb } = this.configuration;
    this.busy = true;
    const requestId = random.uuid();
    const deadline = clock.now + timeoutSeconds * 1000;
    const context = {
      awsRequestId: requestId,
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn,
      memoryLimitInMB: String(memorySizeMb),
      getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now),
    };
    const result = await new Promise<InvocationResult>((resolve) => {
      this.endInvocation = resolve;
      const stopTimer = clock.after(timeoutSeconds, () => {
        this.dead = true;
        const seconds = timeoutSeconds.toFixed(2);
        resolve({
          functionError: {
            errorType: 'Sandbox.Timedout',
            errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
          },
        });
      });
      Promise.resolve()
        .then(() => this.handler(structuredCloneJson(event), context))
        .then(
          (payload) => resolve({ payload: payload === undefined ? null : structuredCloneJson(payload) }),
          (error) => resolve({ functionError: describeError(error) }),
        )
        .finally(stopTimer);
    });
    this.busy = false;
    return result;
  }

  private kill(): void {
    this.dead = true;
    this.endInvocation?.({
      functionError: {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: unknown Error: Runtime exited with error: signal: killed',
      },
    });
  }

  /** The handler's `require`: SDK clients come out of it already connected to this account, as this function's role. */
  private requireForHandler() {
    const realRequire = requireFrom(dirname(this.configuration.entryPoint));
    const host: ClientHost = {
      caller: { principalArn: this.configuration.roleArn, accountId: this.account.id },
      region: this.region,
      name: this.configuration.logicalId,
      isDead: () => this.dead,
      kill: () => this.kill(),
    };
    const { endpoint } = this.account;
    return (id: string): unknown => {
      const real = realRequire(id);
      if (id === 'node:async_hooks' || id === 'async_hooks') return asyncHooksFor(real);
      if (!id.startsWith('@aws-sdk/client-')) return real;
      return new Proxy(real, {
        get(target, name) {
          const value = Reflect.get(target, name);
          const isClient = typeof name === 'string' && name.endsWith('Client') && !name.startsWith('__');
          if (!isClient) return value;
          return class extends value {
            constructor({ requestHandler, ...configuration }: ClientConfiguration = {}) {
              const region = typeof configuration.region === 'string' ? configuration.region : host.region;
              const connectionTimeoutMs = requestHandler?.connectionTimeout;
              const hostOfClient = { ...host, region, connectionTimeoutMs };
              super({ ...endpoint.clientConfig(String(name), hostOfClient), ...configuration });
              endpoint.shorten(this, String(name), hostOfClient);
            }
          };
        },
      });
    };
  }
}

const required = new Map<string, Map<string, object>>();

/** `require` of a file in this folder, which looks for each module once: every container asks for a dozen. */
function requireFrom(folder: string): (id: string) => object {
  const modules = required.get(folder) ?? new Map<string, object>();
  required.set(folder, modules);
  const realRequire = createRequire(join(folder, 'handler.ts'));
  return (id) => {
    const known = modules.get(id);
    if (known) return known;
    const loaded: object = realRequire(id);
    modules.set(id, loaded);
    return loaded;
  };
}

/** What a handler gets for `Date` where its clock is ahead; the SDK and the time that timers take are not concerned. */
function dateWith(skewMs: number): DateConstructor {
  if (skewMs === 0) return Date;
  return class extends Date {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [Date.now() + skewMs] : given) as [number]));
    }

    static override now(): number {
      return Date.now() + skewMs;
    }

    // A time that an answer has is one, too.
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof Date;
    }
  } as DateConstructor;
}

function structuredCloneJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function describeError(error: unknown): { errorType: string; errorMessage: string; stackTrace?: string[] } {
  if (!(error instanceof Error) && !(typeof error === 'object' && error && 'message' in error)) {
    return { errorType: 'Error', errorMessage: String(error) };
  }
  const { name, message, stack } = error as Error;
  return { errorType: name, errorMessage: message, stackTrace: stack?.split('\n').slice(0, 6) };
}
