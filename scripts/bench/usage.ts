import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { Account } from '../../simulator/account';
import type { Execution } from '../../simulator/asl/execution';
import { PRICES } from './prices';

/** What a simulated run has used of AWS, over all its executions. */
export interface Usage {
  transitions: number;
  /** Of all executions together. */
  historyEvents: number;
  /** Of the execution that has most. */
  largestHistory: number;
  /** The largest input, output or variable of a state or task. */
  largestPayloadBytes: number;
  invocations: number;
  gbSeconds: number;
  /** Requests of the functions and of AWS SDK integrations, invocations apart. */
  awsCalls: number;
  readUnits: number;
  writeUnits: number;
  publishes: number;
  /** Each message is received and deleted. Without what Lambda asks for while a queue is empty. */
  queueRequests: number;
}

/** A step of a group reads eight items together. */
const READ_UNITS: Record<string, number> = { GetItem: 1, BatchGetItem: 8, Query: 0.5, Scan: 0.5 };
/** Each table that is written to has an index at most: the item, its old index entry and its new one. */
const WRITE_UNITS: Record<string, number> = { PutItem: 3, UpdateItem: 3, DeleteItem: 3, BatchWriteItem: 3 };

/** Adds up what has happened in an account since its deployment. */
export function usageOf(account: Account): Usage {
  const { stepFunctions, lambda, sns } = account.region();
  const executions = [...stepFunctions.executions.values()];
  const memoryOf = new Map([...lambda.functions.values()].map(({ configuration: c }) => [c.logicalId, c.memorySizeMb]));
  const calls = account.endpoint.calls.filter(({ call }) => call !== 'lambda:Invoke');
  const units = (of: Record<string, number>) =>
    sum(calls.map(({ call }) => (call.startsWith('dynamodb:') ? (of[call.slice('dynamodb:'.length)] ?? 0) : 0)));
  return {
    transitions: sum(executions.map(({ stateTransitions }) => stateTransitions)),
    historyEvents: sum(executions.map(({ history }) => history.length)),
    largestHistory: largest(executions.map(({ history }) => history.length)),
    largestPayloadBytes: largest(executions.map(largestPayload)),
    invocations: lambda.invocations.length,
    gbSeconds: sum(
      lambda.invocations.map(
        ({ logicalId, durationSeconds }) => (durationSeconds * (memoryOf.get(logicalId) ?? 0)) / 1024,
      ),
    ),
    awsCalls: calls.length,
    readUnits: units(READ_UNITS),
    writeUnits: units(WRITE_UNITS),
    publishes: sns.published.length,
    // Up to five messages to a request: each of them is received and deleted.
    queueRequests: 11 * calls.filter(({ call }) => call === 'sqs:SendMessageBatch').length,
  };
}

/** What a stack of that workflow's sample world uses in an hour in which nothing runs. */
export async function usageAtRest(workflow: string): Promise<Usage> {
  const simulation = await Simulation.open({ world: defaultWorld(workflow) });
  try {
    const { clock } = simulation.account;
    await clock.runUntil(clock.sleep(3600), 3601);
    return usageOf(simulation.account);
  } finally {
    simulation.close();
  }
}

/** What a run on the workflow's sample input uses until all is quiet again, and the run's record. */
export async function usageOfRun(
  workflow: string,
): Promise<{ usage: Usage; seconds: number; record: Record<string, unknown> | undefined }> {
  const simulation = await Simulation.open({ world: defaultWorld(workflow) });
  try {
    const { account } = simulation;
    const startedAt = account.clock.now;
    const run = simulation.begin(workflow, exampleInput(workflow));
    await simulation.finish(run);
    const seconds = (account.clock.now - startedAt) / 1000;
    return { usage: usageOf(account), seconds, record: simulation.runRecord(run) };
  } finally {
    simulation.close();
  }
}

/** What it costs, in dollars. */
export function dollars(usage: Usage): number {
  return (
    usage.transitions * PRICES.stateTransition +
    usage.invocations * PRICES.lambdaRequest +
    usage.gbSeconds * PRICES.lambdaGbSecond +
    usage.writeUnits * PRICES.dynamodbWriteUnit +
    usage.readUnits * PRICES.dynamodbReadUnit +
    usage.publishes * PRICES.snsPublish +
    usage.queueRequests * PRICES.sqsRequest
  );
}

function largestPayload({ history }: Execution): number {
  let most = 0;
  for (const event of history) {
    for (const details of Object.values(event)) {
      if (typeof details !== 'object' || details === null) continue;
      const { input, output, parameters, assignedVariables = {} } = details;
      for (const text of [input, output, parameters, ...Object.values(assignedVariables)]) {
        if (typeof text === 'string') most = Math.max(most, Buffer.byteLength(text));
      }
    }
  }
  return most;
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The largest of any number of numbers: `Math.max(...)` takes only so many arguments. */
export function largest(numbers: number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
