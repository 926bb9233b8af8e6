import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScanOutput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { functionOf } from '../cli/workflows';
import { Account } from '../simulator/account';
import type { Execution } from '../simulator/asl/execution';
import { deployTemplate, type Stack } from '../simulator/cloudformation';
import type { PinnedDoubts } from '../simulator/doubts';
import type { Fault } from '../simulator/faults';
import { loadWorld } from '../simulator/world';
import { beforeClose } from './before-close';
import { Workers } from './efs-to-efs/workers';
import { FunctionRun } from './function-run';
import { installOperator } from './operator';
import { packaging } from './packaging';
import { parseWorld, saveWorld, type World } from './world';

export interface SimulationOptions {
  world: World;
  faults?: Fault[];
  /** How AWS behaves where it is not known; in the worst way by default. */
  doubts?: PinnedDoubts;
  seed?: number;
  /** The template that is deployed at first; the project's by default. */
  templatePath?: string;
  /** Whether API calls are put into HTTP, which takes a run twice the processor time; by default they are not. */
  wire?: boolean;
}

/** What one simulated execution came to: the answer of `npm run simulate -- --json`. */
export interface SimulationResult {
  workflow: string;
  status: string;
  output?: unknown;
  error?: string;
  cause?: string;
  durationSeconds: number;
  stateTransitions: number;
  historyEvents: number;
  lambdaInvocations: number;
  apiCalls: Record<string, number>;
  notifications: { time: string; subject?: string; message: string }[];
  runRecord: unknown;
  /** The doubts on which the run depended, and how the account behaved. */
  doubts: PinnedDoubts;
  world: World;
}

const ROOT = join(__dirname, '..');
const TEMPLATE = join(ROOT, 'template.yaml');
/** Executions without a record are looked for every hour. */
const RECORD_PATIENCE_SECONDS = 2 * 3600;
export const STACK_NAME = 'backup-workflows';
const DAY_SECONDS = 24 * 3600;
/** Long enough for the longest run that the state machines allow, and its undo. */
const PATIENCE_SECONDS = 90 * DAY_SECONDS;

/** A run that was started, of either kind. */
export type Started = Pick<
  Execution,
  'arn' | 'status' | 'output' | 'error' | 'cause' | 'history' | 'stateTransitions' | 'startDate' | 'stopDate'
>;

/** The project's stack, deployed into an account of its own. Close it when done: virtual time is the process's time. */
export class Simulation {
  private constructor(
    readonly account: Account,
    readonly stack: Stack,
    readonly workers: Workers,
    private readonly parameters?: Record<string, string>,
  ) {}

  /** Makes the account of `world` and deploys template.yaml into it. */
  static async open(options: SimulationOptions): Promise<Simulation> {
    const { world, faults, doubts, seed, wire, templatePath = TEMPLATE } = options;
    const { startAt, region, accountId, consistencyDelaySeconds, concurrentExecutions, disabledRegions } = world;
    const settings = {
      ...{ seed, startAt, region, accountId, consistencyDelaySeconds, concurrentExecutions, disabledRegions },
      ...{ doubts, wire, packaging: packaging() },
    };
    const account = new Account(settings);
    try {
      loadWorld(account, world);
      const workers = new Workers(account, world);
      const deployment = deployTemplate(account.region(), {
        templatePath,
        stackName: STACK_NAME,
        parameters: world.parameters,
      });
      const stack = await account.clock.runUntil(deployment, DAY_SECONDS);
      account.endpoint.forget();
      installOperator(account.region(), stack, world.operator);
      // Faults are for the run, not for the deployment.
      account.faults.list.push(...(faults ?? []));
      return new Simulation(account, stack, workers, world.parameters);
    } catch (error) {
      account.close();
      throw error;
    }
  }

  get region() {
    return this.account.region();
  }

  /** Starts a run of any workflow as an operator would. */
  begin(workflow: string, input: unknown): Started {
    const logicalId = functionOf(workflow);
    if (!logicalId) return this.start(workflow, input);
    const functionArn = String(this.stack.resource(logicalId).attributes.Arn);
    return new FunctionRun(this.region, functionArn, this.stack.resource('RunsTable').physicalId, workflow, input);
  }

  /** Deploys the project's template over the stack, as an operator does who has a new release; takes no virtual time. */
  async upgrade(templatePath = TEMPLATE): Promise<void> {
    const { region, stack, parameters, account } = this;
    const deployment = deployTemplate(region, { templatePath, stackName: stack.name, parameters });
    await account.clock.runUntil(deployment, DAY_SECONDS);
  }

  /** Starts an execution as an operator would; `workflow` is a state machine's file name. */
  start(workflow: string, input: unknown, name = 'run-1'): Execution {
    const stateMachineArn = this.region.arn('states', `stateMachine:${STACK_NAME}-${workflow}`);
    const { executionArn } = this.region.stepFunctions.StartExecution({
      stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    const execution = this.region.stepFunctions.executions.get(executionArn ?? '');
    if (!execution) throw new Error(`The execution ${executionArn} did not start.`);
    return execution;
  }

  /** Lets time pass until the execution is over and, beyond that, until nothing that it caused is still in progress. */
  async finish(execution: Started): Promise<void> {
    await this.account.clock.runUntil(() => execution.status !== 'RUNNING', PATIENCE_SECONDS);
    await this.account.clock.runUntil(() => this.isQuiet(), PATIENCE_SECONDS);
    if (execution.status === 'SUCCEEDED' || this.runRecord(execution)) return;
    // An execution that Step Functions ended by itself leaves its record and its message to what hears of its end.
    const { clock } = this.account;
    const latest = clock.now + RECORD_PATIENCE_SECONDS * 1000;
    await clock.runUntil(
      () => clock.now >= latest || this.runRecord(execution) !== undefined,
      RECORD_PATIENCE_SECONDS + 60,
    );
    await clock.runUntil(() => this.isQuiet(), PATIENCE_SECONDS);
  }

  /** No execution runs, every run is closed, and SNS has taken every message or none of five attempts to send it. */
  isQuiet(): boolean {
    const running = [...this.region.stepFunctions.executions.values()].some(({ status }) => status === 'RUNNING');
    if (running) return false;
    // An open run, or a message that SNS has not taken yet.
    return ['open', 'message'].every((open) => this.countOpen(open) === 0);
  }

  private countOpen(open: string): number | undefined {
    return this.region.dynamodb.Query({
      TableName: this.stack.resource('RunsTable').physicalId,
      IndexName: 'open',
      KeyConditionExpression: '#open = :open',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':open': { S: open } },
    }).Count;
  }

  /** The items of one of the stack's tables, as plain JSON. */
  items(logicalId: string): Record<string, unknown>[] {
    const items: Record<string, unknown>[] = [];
    let page: ScanOutput = {};
    do {
      page = this.region.dynamodb.Scan({
        TableName: this.stack.resource(logicalId).physicalId,
        ...(page.LastEvaluatedKey && { ExclusiveStartKey: page.LastEvaluatedKey }),
      });
      items.push(...(page.Items ?? []).map((item) => unmarshall(item)));
    } while (page.LastEvaluatedKey);
    return items;
  }

  /** The record of the run that this execution began. */
  runRecord(execution: Started): Record<string, unknown> | undefined {
    const start = execution.startDate.toISOString();
    const ids = [`${execution.arn}/${start}`, execution.arn];
    return this.items('RunsTable').find(({ runId, item }) => ids.includes(String(runId)) && item === 'run');
  }

  /** The account as it is now, in the form of a world file. */
  world() {
    return saveWorld(this.account, this.workers);
  }

  result(workflow: string, execution: Started): SimulationResult {
    const { status, output, error, cause, history, stateTransitions } = execution;
    const endedAt = execution.stopDate ?? this.account.clock.date;
    return {
      workflow,
      status,
      ...(output !== undefined && { output: JSON.parse(output) }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
      durationSeconds: Math.round((endedAt.getTime() - execution.startDate.getTime()) / 1000),
      stateTransitions,
      historyEvents: history.length,
      lambdaInvocations: this.region.lambda.invocations.length,
      apiCalls: this.account.endpoint.callCounts(),
      notifications: this.region.sns.published.map(({ time, subject, message }) => ({ time, subject, message })),
      runRecord: this.runRecord(execution),
      doubts: this.account.doubts.met,
      world: this.world(),
    };
  }

  close(): void {
    for (const look of beforeClose) look(this);
    this.account.close();
  }
}

/** The world in which a workflow succeeds, from `events/worlds`. */
export function defaultWorld(workflow: string): World {
  return parseWorld(JSON.parse(readFileSync(join(ROOT, 'events', 'worlds', `${workflow}.json`), 'utf8')));
}

/** The workflow's example input, from `events`. */
export function exampleInput(workflow: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, 'events', `${workflow}.json`), 'utf8'));
}
