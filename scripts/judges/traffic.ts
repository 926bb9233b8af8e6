import { Endpoint, modelOf } from 'simulated-aws/endpoint';
import { decodeRequest } from 'simulated-aws/wire/http';
import { functionWorkflows, workflows } from '../../cli/workflows';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';

/** One request that a run made, and the bytes that the simulated account answered with. */
interface Exchange {
  workflow: string;
  /** The SDK's id of the service, as in `client.config.serviceId`. */
  serviceId: string;
  operation: string;
  /** The typed input as plain JSON: dates as `{ $date: milliseconds }`, bytes as `{ $bytes: base64 }`. */
  input: unknown;
  status: number;
  headers: Record<string, string>;
  /** Base64. */
  body: string;
}

/** Runs each workflow once on its example input, and its undo where the run is stopped on its way; returns all traffic. */
export async function recordTraffic(): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const workflow of Object.keys(workflows)) {
    exchanges.push(...(await recordRun(workflow, false)));
    if (!functionWorkflows.includes(workflow)) exchanges.push(...(await recordRun(workflow, true)));
  }
  return exchanges;
}

/** An aborted run is stopped half an hour after its start, so that its undo has something to undo. */
const ABORT_AFTER_SECONDS = 1800;

async function recordRun(workflow: string, isAborted: boolean): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const answer = Endpoint.prototype.answer;
  Endpoint.prototype.answer = async function answerAndRecord(clientName, request, host) {
    const model = modelOf(clientName);
    // Before the answer: a body that is a stream can be read once only.
    const { operation, input } = await decodeRequest(model, request);
    const response = await answer.call(this, clientName, request, host);
    exchanges.push({
      workflow,
      serviceId: model.serviceId,
      operation: operation.name,
      input: plain(input),
      status: response.statusCode,
      headers: response.headers,
      body: Buffer.from(response.body).toString('base64'),
    });
    return response;
  };
  const simulation = await Simulation.open({ world: defaultWorld(workflow), seed: 1, wire: true });
  try {
    const execution = simulation.begin(workflow, exampleInput(workflow));
    if (isAborted) {
      const { clock } = simulation.account;
      const end = clock.date.getTime() + ABORT_AFTER_SECONDS * 1000;
      await clock.runUntil(
        () => clock.date.getTime() >= end || execution.status !== 'RUNNING',
        ABORT_AFTER_SECONDS * 2,
      );
      if (execution.status === 'RUNNING')
        simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn, cause: 'The judges stop it.' });
    }
    await simulation.finish(execution);
  } finally {
    Endpoint.prototype.answer = answer;
    simulation.close();
  }
  return exchanges;
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, plain(member)]])),
    );
  return value;
}
