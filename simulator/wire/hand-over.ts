import { retryMiddleware } from '@smithy/core/retry';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { getSmithyContext } from '@smithy/core/transport';
import { SimulatorError } from '../errors';
import { type Copier, copierOf, NEEDS_WIRE } from './copy';
import { encodeAnswer, type HttpAnswer } from './http';
import type { OperationModel, ServiceModel } from './model';

/** What the account answers without a wire: the operation's output, or a refusal as it travels. */
export type Answered = { output: unknown; requestId: string } | { refusal: HttpAnswer };

/** Carries out one attempt of an operation, as the holder of an access key. */
type Attempt = (operation: OperationModel, input: object, accessKeyId: string) => Promise<Answered>;

type Handler = (args: { input: unknown; request?: unknown }) => Promise<{ response: unknown; output: unknown }>;
type Context = Record<string, unknown>;
type Middleware = (next: Handler, context: Context) => Handler;
type Plugin = { applyToStack(stack: object): void };

/** A middleware stack of the SDK, as far as clients and commands use it. */
interface Stack {
  concat(from: Stack): Stack;
  use(plugin: Plugin): void;
  applyToStack(stack: object): void;
  identify(): string[];
  resolve(terminal: unknown, context: Context): Handler;
}

interface Client {
  middlewareStack: Stack;
  config: { region(): Promise<string>; credentials(): Promise<{ accessKeyId: string }> };
}

/** What commands add that only prepares HTTP requests. */
const ABOUT_HTTP = ['endpointV2Middleware', 'serializerMiddleware', 'deserializerMiddleware'];
/** The document client's own: they turn plain JSON into attribute values and back, above any wire. */
const MARSHALL = 'DocumentMarshall';
const UNMARSHALL = 'DocumentUnmarshall';
const copiers = new WeakMap<OperationModel, { read: Copier; write: Copier }>();

/**
 * Lets a client hand its calls over to the account before they are put into HTTP: a process that is both sides of a
 * call spends half of its time on writing and reading it. Credentials, the check of the region, retries, the document
 * client and the errors are the SDK's own as before. A call goes over the wire whenever that might make a difference:
 * input or output that the wire changes or refuses, a missing label or token, payloads, Amazon S3, and commands or
 * clients with a middleware that is not known here. Refusals are always read from what travels.
 */
export function handOver(client: object, model: ServiceModel, attempt: Attempt): void {
  if (model.protocol === 'restXml') return;
  const shortened = client as Client;
  const whole = shortened.middlewareStack;
  shortened.middlewareStack = new ShortStack(() => whole, shortened, model, attempt, new Map());
}

class ShortStack implements Stack {
  private built?: Stack;

  constructor(
    private readonly build: () => Stack,
    private readonly client: Client,
    private readonly model: ServiceModel,
    private readonly attempt: Attempt,
    /** The document client's middlewares, by their names. */
    private readonly around: ReadonlyMap<string, Middleware>,
  ) {}

  /** The SDK's own stack, for the calls that go over the wire. */
  private get whole(): Stack {
    this.built ??= this.build();
    return this.built;
  }

  concat(from: Stack): Stack {
    const around = new Map(this.around);
    let isKnown = true;
    const note = (middleware: Middleware, { name = '' }: { name?: string }) => {
      if (name === MARSHALL || name === UNMARSHALL) around.set(name, middleware);
      else if (!ABOUT_HTTP.includes(name)) isKnown = false;
    };
    from.applyToStack({ add: note, addRelativeTo: note });
    const whole = () => this.whole.concat(from);
    return isKnown ? new ShortStack(whole, this.client, this.model, this.attempt, around) : whole();
  }

  /** A middleware that the client's owner adds is not known here: from then on all calls go over the wire. */
  use(plugin: Plugin): void {
    this.whole.use(plugin);
    this.client.middlewareStack = this.whole;
  }

  applyToStack(stack: object): void {
    this.whole.applyToStack(stack);
  }

  identify(): string[] {
    return this.whole.identify();
  }

  resolve(terminal: unknown, context: Context): Handler {
    const { client, model, attempt, around } = this;
    const [, , name = ''] = (getSmithyContext(context).operationSchema ?? []) as [unknown?, unknown?, string?];
    const overWire: Handler = (args) => this.whole.resolve(terminal, context)(args);
    const operation = model.operations.get(name);
    if (!operation) return overWire;
    const { read, write } = copiersOf(model, operation);
    const handOverOnce =
      (input: object, accessKeyId: string): Handler =>
      async () => {
        const answered = await attempt(operation, read(input) as object, accessKeyId);
        if ('refusal' in answered) return readAnswer(client, context, answered.refusal);
        const { output, requestId } = answered;
        const copied = copiedOr(() => write(output ?? {}) as object);
        if (!copied) return readAnswer(client, context, encodeAnswer(model, operation, output, requestId));
        const httpStatusCode = operation.http?.status ?? 200;
        const $metadata = { httpStatusCode, requestId, extendedRequestId: undefined, cfId: undefined };
        return { response: {}, output: { ...copied, $metadata } };
      };
    const marshalled: Handler = async (args) => {
      const input = copiedOr(() => read(args.input) as object);
      if (!input) throw NEEDS_WIRE;
      await client.config.region();
      const { accessKeyId } = await client.config.credentials();
      const once = handOverOnce(input, accessKeyId);
      const unmarshalled = around.get(UNMARSHALL)?.(once, context) ?? once;
      return retry(client.config)(unmarshalled, context)({ input, request: {} });
    };
    const handler = around.get(MARSHALL)?.(marshalled, context) ?? marshalled;
    return async (args) => {
      try {
        return await handler(args);
      } catch (error) {
        // Nothing has been asked yet: the input is looked at before anything else.
        if (error === NEEDS_WIRE) return overWire(args);
        throw error;
      }
    };
  }
}

const retry = retryMiddleware as unknown as (config: object) => Middleware;

/** What the SDK makes of an answer that travelled: the output, or an exception of the service's own class. */
function readAnswer(client: Client, context: Context, response: HttpAnswer) {
  let reader: Middleware | undefined;
  const note = (middleware: Middleware, { name }: { name?: string }) => {
    if (name === 'deserializerMiddleware') reader = middleware;
  };
  getSchemaSerdePlugin(client.config as never).applyToStack({ add: note } as never);
  if (!reader) throw new SimulatorError('The SDK has no deserializer any more that the simulator knows.');
  return reader(async () => ({ response, output: undefined }), context)({ input: undefined });
}

function copiersOf(model: ServiceModel, operation: OperationModel): { read: Copier; write: Copier } {
  const known = copiers.get(operation);
  if (known) return known;
  const read = copierOf(operation.input, model.protocol, 'input');
  const made = { read, write: copierOf(operation.output, model.protocol, 'output') };
  copiers.set(operation, made);
  return made;
}

function copiedOr(copy: () => object): object | undefined {
  try {
    return copy();
  } catch (error) {
    if (error === NEEDS_WIRE) return undefined;
    throw error;
  }
}
