import { AsyncLocalStorage } from 'node:async_hooks';
import { workflows } from '../../cli/workflows';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import { Endpoint, modelOf } from '../../simulator/endpoint';
import { copierOf, NEEDS_WIRE } from '../../simulator/wire/copy';

/** One call over the wire, as both sides of it had it. */
interface Call {
  clientName: string;
  operation: string;
  sent?: unknown;
  read?: unknown;
  answered?: unknown;
  received?: unknown;
}

type Next = (args: { input: unknown }) => Promise<unknown>;

/** What the SDK puts into HTTP, and reads from it. */
interface Protocol {
  serializeRequest(schema: unknown, input: unknown, context: unknown): Promise<unknown>;
  deserializeResponse(...args: unknown[]): Promise<Record<string, unknown>>;
}

interface Client {
  middlewareStack: { add(middleware: object, options: object): void };
  config: { protocol: Protocol };
}

afterEach(() => jest.restoreAllMocks());

/** Every call of a run in which all of them go over the wire; those that were refused have no `received`. */
async function callsOverWire(workflow: string): Promise<{ calls: Call[]; status: string }> {
  const calls: Call[] = [];
  const current = new AsyncLocalStorage<Call>();
  const { request } = Endpoint.prototype;
  jest.spyOn(Endpoint.prototype, 'shorten').mockImplementation((client, clientName) => {
    const { middlewareStack, config } = client as Client;
    const { protocol } = config;
    // The protocol stands below everything that the document client makes of inputs and outputs.
    const { serializeRequest, deserializeResponse } = protocol;
    protocol.serializeRequest = (schema, input, context) => {
      Object.assign(current.getStore() ?? {}, { sent: structuredClone(input) });
      return serializeRequest.call(protocol, schema, input, context);
    };
    protocol.deserializeResponse = async (...args) => {
      const output = await deserializeResponse.apply(protocol, args);
      const { $metadata, ...received } = output;
      try {
        Object.assign(current.getStore() ?? {}, { received: structuredClone(received) });
      } catch {
        // A stream can be read once only, and that is the handler's: such an answer is not compared.
      }
      return output;
    };
    const note = (next: Next) => (args: { input: unknown }) => {
      const call: Call = { clientName, operation: '' };
      calls.push(call);
      return current.run(call, () => next(args));
    };
    middlewareStack.add(note, { step: 'initialize', name: 'noteCall' });
  });
  jest.spyOn(Endpoint.prototype, 'request').mockImplementation(async function note(this: Endpoint, ...args) {
    const call = current.getStore();
    if (call) Object.assign(call, { operation: args[1], read: structuredClone(args[2]) });
    const answered = await request.apply(this, args);
    if (call) call.answered = structuredClone(answered ?? {});
    return answered;
  });
  const simulation = await Simulation.open({ world: defaultWorld(workflow), wire: true });
  try {
    const execution = simulation.begin(workflow, exampleInput(workflow));
    await simulation.finish(execution);
    return { calls, status: execution.status };
  } finally {
    simulation.close();
  }
}

describe('Handing a call over before the wire', () => {
  it.each(Object.keys(workflows))('gives what the wire gave, in every call of a run of %s', async (workflow) => {
    // Prepare
    const { calls, status } = await callsOverWire(workflow);
    const answered = calls.filter(({ received }) => received !== undefined);
    let handedOver = 0;
    for (const { clientName, operation, sent, read, answered: output, received } of answered) {
      const model = modelOf(clientName);
      const schemas = model.operations.get(operation);
      if (!schemas) throw new Error(`${clientName} has no ${operation}.`);
      try {
        // Act
        const input = copierOf(schemas.input, model.protocol, 'input')(sent);
        const answer = copierOf(schemas.output, model.protocol, 'output')(output);
        // Assess
        expect({ operation, input, answer: structuredClone(answer) }).toEqual({
          operation,
          input: read,
          answer: received,
        });
        handedOver += 1;
      } catch (error) {
        if (error !== NEEDS_WIRE) throw error;
      }
    }
    expect(status).toBe('SUCCEEDED');
    expect(answered.length).toBeGreaterThan(30);
    // Of the calls of these runs 13 to 31 % need the wire. If most did, this would say nothing.
    expect(handedOver / answered.length).toBeGreaterThan(0.5);
  });
});
