import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Group } from '../functions/pre-post-backup/groups';
import { hasName } from '../functions/shared/error-name';
import { executionArnOf, isOfExecution } from '../functions/shared/runs/run-id';
import type { RunRecord } from '../functions/shared/runs/runs';
import { PARTITIONS } from '../functions/shared/waits/partitions';
import type { Wait } from '../functions/shared/waits/waits';
import type { Documents } from './dynamodb';
import { usageFailure } from './failure';
import type { Reader, Session } from './session';
import { functionWorkflows, machineWorkflows, stateMachineOutput, workflows } from './workflows';

/** BatchGetItem takes at most 100 keys. */
const BATCH_SIZE = 100;

/** What `--help` says of an argument that names a run. */
export const RUN = 'name or ARN of its execution';
/** The same where the run may be left out. */
export const RUN_OR_ONLY = `${RUN} (default: the only one that is open)`;

/** A run's name: that of its execution. */
export function runName(runId: string): string {
  return executionArnOf(runId).split(':').at(-1) ?? runId;
}

/** Whether a run is an execution of a state machine. */
export function isExecution(runId: string): boolean {
  return runId.startsWith('arn:');
}

/** The workflow that a run belongs to: the end of its state machine's name, or the beginning of its own. */
export function workflowOf(runId: string): string | undefined {
  if (!isExecution(runId)) return functionWorkflows.find((workflow) => runId.startsWith(`${workflow}-`));
  const machine = executionArnOf(runId).split(':').at(-2) ?? '';
  return machineWorkflows.find((workflow) => machine.endsWith(`-${workflow}`));
}

/** What a run works on, as its input says. */
export function targetOf({ workflow, input, settings }: RunRecord): string {
  try {
    return workflows[workflow]?.targetOf(JSON.parse(input), settings as Record<string, unknown> | undefined) ?? '';
  } catch {
    return '';
  }
}

/** The run records, the newest first. */
export async function listRuns(
  session: Session,
  { workflow, open, limit }: { workflow?: string; open: boolean; limit: number },
): Promise<RunRecord[]> {
  const stack = await session.stack();
  const documents = await documentsOf(session);
  const newest = async (
    IndexName: string,
    key: string,
    value: string,
  ): Promise<Pick<RunRecord, 'runId' | 'startedAt'>[]> => {
    const query: QueryCommandInput = {
      TableName: stack.outputs.RunsTableName,
      IndexName,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': key },
      ExpressionAttributeValues: { ':value': value },
      ScanIndexForward: false,
      Limit: limit,
    };
    const items = ((await documents.query(query)).Items ?? []) as RunRecord[];
    // Messages that SNS has not taken are open too.
    return items.filter(({ item }) => item === 'run');
  };
  const names = workflow ? [workflow] : Object.keys(workflows);
  const found = open
    ? await newest('open', 'open', 'open')
    : (await Promise.all(names.map((name) => newest('workflow', 'workflow', name)))).flat();
  const ids = found
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, limit)
    .map(({ runId }) => runId);
  const records = await getItems<RunRecord>(
    documents,
    stack.outputs.RunsTableName ?? '',
    ids.map((runId) => ({ runId, item: 'run' })),
  );
  return records
    .filter((record) => !workflow || record.workflow === workflow)
    .sort((a, b) => b.startedAt - a.startedAt);
}

/**
 * The record of the newest run of an execution's ARN; absent until the run has passed its preflight. With `startedAt`
 * only the record of the execution that started then: an older run of the name is another run.
 */
export async function getRun(session: Reader, runId: string, startedAt?: Date): Promise<RunRecord | undefined> {
  const { outputs } = await session.stack();
  const documents = await documentsOf(session);
  const get = async (id: string, item: string) =>
    (await documents.get({ TableName: outputs.RunsTableName, Key: { runId: id, item }, ConsistentRead: true })).Item;
  const newest = isExecution(runId) ? await get(executionArnOf(runId), 'newest') : undefined;
  const run = (await get(String(newest?.newest ?? runId), 'run')) as RunRecord | undefined;
  return run && startedAt && !isOfExecution(run, startedAt) ? undefined : run;
}

/** What a run waits for at the moment. */
export async function openWaits(session: Session, runId: string): Promise<Wait[]> {
  const documents = await documentsOf(session);
  const TableName = await (await session.stack()).resource('WaitsTable');
  const pages = await Promise.all(
    Object.values(PARTITIONS)
      .flat()
      .map((partition) =>
        queryAll<Wait>(documents, {
          TableName,
          IndexName: 'due',
          KeyConditionExpression: '#due = :due',
          ExpressionAttributeNames: { '#due': 'due' },
          ExpressionAttributeValues: { ':due': partition },
        }),
      ),
  );
  const ofRun = pages.flat().filter(({ id }) => id.startsWith(`${runId}#`) || id.startsWith(`${runId}/`));
  const waits = await getItems<Wait>(
    documents,
    TableName,
    ofRun.map(({ id }) => ({ id })),
  );
  return waits.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The consistency groups of a fleet's run, in their order. */
export async function getGroups(session: Reader, runId: string): Promise<Group[]> {
  const documents = await documentsOf(session);
  const { outputs } = await session.stack();
  return queryAll<Group>(documents, {
    TableName: outputs.RunsTableName,
    KeyConditionExpression: 'runId = :run AND begins_with(#item, :group)',
    ExpressionAttributeNames: { '#item': 'item' },
    ExpressionAttributeValues: { ':run': runId, ':group': 'group#' },
  });
}

/** Waits by id, also those that are over: they are kept for 90 days. Ids without a wait are left out. */
export async function getWaits(session: Reader, ids: string[]): Promise<Wait[]> {
  const TableName = await (await session.stack()).resource('WaitsTable');
  return getItems<Wait>(
    await documentsOf(session),
    TableName,
    ids.map((id) => ({ id })),
  );
}

/**
 * The ARN of the execution that the operator means: by its ARN, by its name, or, without either, the only one that is
 * in progress. Fails with the candidates when that is not clear.
 */
export async function findRun(session: Session, wanted: string | undefined): Promise<string> {
  if (wanted && isExecution(wanted)) return executionArnOf(wanted);
  if (wanted === undefined) {
    const open = await listRuns(session, { open: true, limit: BATCH_SIZE });
    const [only] = open;
    if (only && open.length === 1) return executionArnOf(only.runId);
    const names = open.map((run) => `  ${runName(run.runId)}  ${run.workflow} ${targetOf(run)}`);
    throw usageFailure(
      open.length === 0
        ? ['No run is in progress. Name the run that you mean; `backup-workflows list` shows them.']
        : [`${open.length} runs are in progress. Name the one that you mean:`, ...names],
    );
  }
  const { outputs, name } = await session.stack();
  const candidates = machineWorkflows.flatMap((workflow) => {
    const machineArn = outputs[stateMachineOutput(workflow)];
    return machineArn ? [`${machineArn.replace(':stateMachine:', ':execution:')}:${wanted}`] : [];
  });
  const documents = await documentsOf(session);
  const records = await getItems<RunRecord>(
    documents,
    outputs.RunsTableName ?? '',
    [...candidates, wanted].flatMap((runId) => [
      { runId, item: 'newest' },
      { runId, item: 'run' },
    ]),
  );
  // A run that has just begun has no record yet.
  const ids = [...new Set(records.map(({ runId }) => runId))];
  const found = ids.length > 0 ? ids : await executionsAmong(session, candidates);
  const [only] = found;
  if (only && found.length === 1) return only;
  throw usageFailure(
    found.length === 0
      ? [`The stack ${name} has had no run ${wanted}; \`backup-workflows list\` shows those that it had.`]
      : [`There are ${found.length} runs of that name. Give the ARN of the one that you mean:`, ...found],
  );
}

async function executionsAmong(session: Session, arns: string[]): Promise<string[]> {
  const sfn = await session.aws.client('sfn');
  const known = await Promise.all(
    arns.map(async (executionArn) => {
      try {
        await sfn.describeExecution({ executionArn });
        return [executionArn];
      } catch (error) {
        if (hasName(error, 'ExecutionDoesNotExist', 'InvalidArn')) return [];
        throw error;
      }
    }),
  );
  return known.flat();
}

async function documentsOf({ aws }: Pick<Reader, 'aws'>): Promise<Documents> {
  const dynamodb = await aws.client('dynamodb');
  return (await import('./dynamodb')).documentsOf(dynamodb);
}

async function queryAll<T>(client: Documents, query: QueryCommandInput): Promise<T[]> {
  const { paginateQuery } = await import('./dynamodb');
  const items: T[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query)) items.push(...(Items as T[]));
  return items;
}

async function getItems<T>(documents: Documents, table: string, keys: Record<string, string>[]): Promise<T[]> {
  const items: T[] = [];
  let open = [...keys];
  while (open.length > 0) {
    const batch = open.splice(0, BATCH_SIZE);
    const { Responses, UnprocessedKeys } = await documents.batchGet({ RequestItems: { [table]: { Keys: batch } } });
    items.push(...((Responses?.[table] ?? []) as T[]));
    open = [...((UnprocessedKeys?.[table]?.Keys ?? []) as typeof keys), ...open];
  }
  return items;
}
