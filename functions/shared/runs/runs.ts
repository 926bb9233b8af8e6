import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../clients/dynamodb';
import { nowSeconds } from '../clock';
import { requireEnv } from '../config';
import { hasName } from '../error-name';
import { RunIsOverError } from '../errors';
import { changeOf, collect, queryAll } from '../items';
import { logger } from '../logger';
import { executionArnOf, isOfExecution } from './run-id';

/** What the record of every run has. */
export interface RunFields {
  /** The execution and its start: see run-id.ts. */
  runId: string;
  item: 'run';
  workflow: string;
  /** The machine that undoes the run if its execution ends without closing it. */
  undoStateMachineArn?: string;
  undoExecutionArn?: string;
  undoAttempts?: number;
  /** Why the run needed its undo, and the names of the errors that led to it. */
  undoReason?: string;
  undoErrors?: string[];
  /** Present until the run is closed: the partition of the index of open runs. */
  open?: 'open';
  /** The execution's input, as JSON. */
  input: string;
  /** Seconds since 1970. */
  startedAt: number;
  finishedAt?: number;
  outcome?: 'SUCCEEDED' | 'FAILED';
  notifiedAt?: number;
  /** True for a run that only says what it would do: it changes nothing, sends nothing, and counts nowhere. */
  DryRun?: true;
  /** The workflow's own result, once the run has ended. */
  report?: object;
  error?: string;
  cause?: string;
  /** The names of the errors behind it. */
  behind?: string[];
}

/**
 * The record of one run: what the notification reports, and what an undo needs. One item per run, `item: "run"`. Facts
 * are what the steps of a workflow write into it; without them a record is one of any workflow.
 */
export type RunRecord<Facts extends object = Record<string, unknown>> = RunFields & Facts;

export const RUNS_TABLE = requireEnv('RUNS_TABLE');
const KEEP_SECONDS = 400 * 24 * 3600;

/** When DynamoDB may delete the items of a run that starts now (TTL: a number, seconds since 1970). */
export function runExpiresAt(): number {
  return nowSeconds() + KEEP_SECONDS;
}

/** What is known of a run when it begins. */
type RunToOpen = Pick<RunFields, 'runId' | 'workflow' | 'undoStateMachineArn' | 'input'> & Record<string, unknown>;

/** Writes the record of a run that begins, and returns the stored one. Safe to repeat: the first one stays. */
export async function openRun<Run extends RunFields = RunRecord>(run: RunToOpen): Promise<Run> {
  const record: RunRecord = {
    ...run,
    item: 'run',
    open: 'open',
    startedAt: nowSeconds(),
    expiresAt: runExpiresAt(),
    ...(asksForDryRun(run.input) && { DryRun: true }),
  };
  try {
    await tables.send(
      new PutCommand({ TableName: RUNS_TABLE, Item: record, ConditionExpression: 'attribute_not_exists(runId)' }),
    );
    await storeNewest(record);
    logStarted(record);
    return record as RunFields as Run;
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
    await storeNewest(record);
    return (await getRun<Run>(run.runId)) as Run;
  }
}

/** Writes the log line that the alarms on missed runs count: a dry run is none. */
function logStarted({ runId, workflow, DryRun }: RunRecord): void {
  logger.info(DryRun ? 'Dry run started' : 'Run started', { runId, workflow });
}

/** True for an execution's input, as JSON, that asks what would be done. */
function asksForDryRun(input: string | undefined): boolean {
  try {
    return (JSON.parse(input ?? '') as { DryRun?: unknown } | null)?.DryRun === true;
  } catch {
    return false;
  }
}

/** People name an execution by its ARN: one item for each ARN leads to the newest run of that name. */
async function storeNewest({ runId, expiresAt }: RunRecord): Promise<void> {
  const executionArn = executionArnOf(runId);
  if (executionArn === runId) return;
  try {
    await tables.send(
      new PutCommand({
        TableName: RUNS_TABLE,
        Item: { runId: executionArn, item: 'newest', newest: runId, expiresAt },
        // A start time in ISO 8601 sorts as text.
        ConditionExpression: 'attribute_not_exists(runId) OR newest < :newest',
        ExpressionAttributeValues: { ':newest': runId },
      }),
    );
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
  }
}

/**
 * The record of the newest run of an execution's name, or of the run with this id. With `startedAt` only the record of
 * the execution that started then: an older run of the name is another run.
 */
export async function findRun<Run extends RunFields = RunRecord>(
  executionArn: string,
  startedAt?: Date,
): Promise<Run | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: RUNS_TABLE, Key: { runId: executionArn, item: 'newest' }, ConsistentRead: true }),
  );
  const run = (Item && (await getRun<Run>(String(Item.newest)))) ?? (await getRun<Run>(executionArn));
  return run && startedAt && !isOfExecution(run, startedAt) ? undefined : run;
}

/**
 * Writes the record of a run that is about to begin its work. Throws RunIsOverError when the record says that the run
 * has ended, or that an undo of it has begun. Safe to repeat.
 */
export async function beginRun<Run extends RunFields & { settings?: unknown } = RunRecord>(
  run: RunToOpen,
): Promise<Run> {
  const record = await openRun<Run>(run);
  if (record.open && record.settings && !record.undoExecutionArn) return record;
  throw new RunIsOverError(
    `There is a record of ${executionArnOf(run.runId)} already, and it says that the run is over.`,
  );
}

/** The record of a run of the type that its workflow writes. */
export async function getRun<Run extends RunFields = RunRecord>(runId: string): Promise<Run | undefined> {
  const { Item } = await tables.send(
    new GetCommand({ TableName: RUNS_TABLE, Key: { runId, item: 'run' }, ConsistentRead: true }),
  );
  return Item as Run | undefined;
}

/** The input that every step of a run has. */
export interface StepInput {
  runId: string;
  /** True in the undo's steps. */
  isUndo?: boolean;
}

/**
 * The record of a run, for a step of it. Throws RunIsOverError for a closed run, whose locks another run may hold. Throws
 * it too for a run whose undo has begun, except to the undo itself: a stopped execution can be redriven.
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export async function getOpenRun<Run extends RunFields & { settings?: unknown } = RunRecord>(
  step: StepInput,
): Promise<Run> {
  return openRunOf(await getRun<Run>(step.runId), step);
}

/** The same for a record that was read already. */
export function openRunOf<Run extends RunFields & { settings?: unknown }>(
  run: Run | undefined,
  { runId, isUndo }: StepInput,
): Run {
  if (!run?.settings) throw new Error(`There is no record of the run ${runId}.`);
  if (!run.open) throw new RunIsOverError(`The run ${executionArnOf(runId)} is over. Start a new execution.`);
  if (!isUndo) refuseBesideUndo(run);
  return run;
}

/**
 * The record of a run, for its report. Creates the record if the run failed before writing one. Throws RunIsOverError
 * for a run whose undo has begun, except to the undo itself. Safe to repeat.
 */
export async function getRunToReport<Run extends RunFields = RunRecord>(
  { runId, isUndo }: StepInput,
  workflow: string,
  input: unknown,
): Promise<Run> {
  const run = (await getRun<Run>(runId)) ?? (await openRun<Run>({ runId, workflow, input: JSON.stringify(input) }));
  if (!isUndo) refuseBesideUndo(run);
  return run;
}

/** Throws RunIsOverError when the run's undo has begun: only the undo works for the run then, and it closes the run. */
function refuseBesideUndo({ runId, open, undoExecutionArn }: RunFields): void {
  if (open && undoExecutionArn)
    throw new RunIsOverError(
      `The run ${executionArnOf(runId)} is being undone. Wait for its notification, then start a new execution.`,
    );
}

/** A run's name for people: its workflow and its execution's name. */
export function nameOfRun({ workflow, runId }: Pick<RunRecord, 'workflow' | 'runId'>): string {
  return `${workflow} ${executionArnOf(runId).split(':').at(-1)}`;
}

/** Sets fields of a run's record, and removes the attributes that `remove` names. */
export async function updateRun(runId: string, fields: Record<string, unknown>, remove: string[] = []): Promise<void> {
  await tables.send(
    new UpdateCommand({ TableName: RUNS_TABLE, Key: { runId, item: 'run' }, ...changeOf({ set: fields, remove }) }),
  );
}

/**
 * Sets fields of a run's record if a condition holds, and returns whether it did. A repeated request whose first answer
 * was lost may return false: read the record to learn what it holds. The record must be open in any case.
 */
export async function updateRunIf(
  runId: string,
  fields: Record<string, unknown>,
  condition: string,
  values: Record<string, unknown> = {},
): Promise<boolean> {
  try {
    await tables.send(
      new UpdateCommand({
        TableName: RUNS_TABLE,
        Key: { runId, item: 'run' },
        ...changeOf(
          { set: fields },
          {
            condition: `#open = :open AND ${condition}`,
            names: { '#open': 'open' },
            values: { ':open': 'open', ...values },
          },
        ),
      }),
    );
    return true;
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
    return false;
  }
}

/** An item that is open: the record of a run, or a message (tell.ts). */
export type OpenItem = RunRecord | { runId: string; item: string };

/** Every open item, as far as the index shows them: fewer fields than the item has, and a little late. */
export async function openItems(open = 'open'): Promise<OpenItem[]> {
  const query = {
    TableName: RUNS_TABLE,
    IndexName: 'open',
    KeyConditionExpression: '#open = :open',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':open': open },
  };
  return collect(queryAll<OpenItem>(query));
}

/** The open runs among open items. */
export function runsAmong(items: readonly OpenItem[]): RunRecord[] {
  return items.filter((each): each is RunRecord => each.item === 'run');
}

/** Every open run, as far as the index shows them. */
export async function openRuns(): Promise<RunRecord[]> {
  return runsAmong(await openItems());
}
