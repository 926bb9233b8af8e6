import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { Endpoint, modelOf } from 'simulated-aws/endpoint';
import { type Access, Service } from 'simulated-aws/service';
import type { StepFunctions } from 'simulated-aws/services/step-functions';
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

/** What the simulated account asks IAM before it carries out a request. */
export interface Authorization {
  /** IAM prefix and operation: `backup:StartBackupJob`. */
  request: string;
  accesses: Access[];
}

/** An execution that ended by itself, with what its tasks answered. */
export interface RecordedExecution {
  workflow: string;
  arn: string;
  definition: string;
  input: string;
  startDate: string;
  status: string;
  output?: string;
  error?: string;
  cause?: string;
  /** The states that it entered, in order; those of a distributed map's children are not among them. */
  states: string[];
  /** Its tasks with those of its maps' children, in the order of their ends. */
  tasks: RecordedTask[];
}

interface RecordedTask {
  state: string;
  /** JSON text. */
  arguments: string;
  /** JSON text of what it returned; or how it failed. */
  output?: string;
  error?: string;
  cause?: string;
}

interface Traffic {
  exchanges: Exchange[];
  authorizations: Authorization[];
  executions: RecordedExecution[];
}

let recorded: Promise<Traffic> | undefined;

/**
 * Runs each workflow once on its example input, and its undo where the run is stopped on its way; returns all traffic. Runs
 * once, for every judge.
 */
export function recordTraffic(): Promise<Traffic> {
  recorded ??= record();
  return recorded;
}

async function record(): Promise<Traffic> {
  const traffic: Traffic = { exchanges: [], authorizations: [], executions: [] };
  for (const workflow of Object.keys(workflows)) {
    await recordRun(workflow, false, traffic);
    if (!functionWorkflows.includes(workflow)) await recordRun(workflow, true, traffic);
  }
  return traffic;
}

/** An aborted run is stopped half an hour after its start, so that its undo has something to undo. */
const ABORT_AFTER_SECONDS = 1800;

async function recordRun(workflow: string, isAborted: boolean, traffic: Traffic): Promise<void> {
  const { access } = Service.prototype;
  Service.prototype.access = function accessAndRecord(operation, input) {
    const accesses = access.call(this, operation, input);
    traffic.authorizations.push({ request: `${this.iamPrefix}:${operation}`, accesses });
    return accesses;
  };
  const answer = Endpoint.prototype.answer;
  Endpoint.prototype.answer = async function answerAndRecord(clientName, request, host) {
    const model = modelOf(clientName);
    // Before the answer: a body that is a stream can be read once only.
    const { operation, input } = await decodeRequest(model, request);
    const response = await answer.call(this, clientName, request, host);
    traffic.exchanges.push({
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
    traffic.executions.push(...recordedExecutions(workflow, simulation.region.stepFunctions));
  } finally {
    Endpoint.prototype.answer = answer;
    Service.prototype.access = access;
    simulation.close();
  }
}

function recordedExecutions(
  workflow: string,
  { executions, mapRuns, stateMachines }: StepFunctions,
): RecordedExecution[] {
  const all = [...executions.values()];
  const parentOf = (mapRunArn: string) => mapRuns.get(mapRunArn)?.parent;
  return all
    .filter(({ mapRunArn, status }) => mapRunArn === undefined && (status === 'SUCCEEDED' || status === 'FAILED'))
    .map((execution) => {
      const children = all.filter(({ mapRunArn }) => mapRunArn !== undefined && parentOf(mapRunArn) === execution);
      const { arn, input, startDate, status, output, error, cause, history } = execution;
      return {
        ...{ workflow, arn, input, status, output, error, cause },
        definition: stateMachines.get(execution.machineArn)?.definitionText ?? '',
        startDate: startDate.toISOString(),
        states: history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
        tasks: [execution, ...children].flatMap((each) => recordedTasks(each.history)),
      };
    });
}

/** The tasks of a history that ended, in the order of their ends. */
function recordedTasks(history: HistoryEvent[]): RecordedTask[] {
  const event = (id = 0) => history[id - 1];
  const before = (from: HistoryEvent, type: RegExp): HistoryEvent | undefined => {
    let found = event(from.previousEventId);
    while (found && !type.test(found.type ?? '')) found = event(found.previousEventId);
    return found;
  };
  return history.flatMap((end) => {
    const {
      taskSucceededEventDetails: success,
      taskFailedEventDetails: failure,
      taskTimedOutEventDetails: timeout,
    } = end;
    if (!success && !failure && !timeout) return [];
    const scheduled = before(end, /^TaskScheduled$/);
    const entered = scheduled && before(scheduled, /^TaskStateEntered$/);
    return {
      state: entered?.stateEnteredEventDetails?.name ?? '',
      arguments: scheduled?.taskScheduledEventDetails?.parameters ?? '',
      output: success?.output,
      error: (failure ?? timeout)?.error,
      cause: (failure ?? timeout)?.cause,
    };
  });
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
