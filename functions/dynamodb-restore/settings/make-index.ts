import { type TableDescription, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { requireEnv } from '../../shared/config';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { describeError, isTransient, task } from '../../shared/task';
import { tableIndex } from '../../shared/waits/kinds/table-index';
import { startWait } from '../../shared/waits/waits';
import { findTable } from '../find-table';
import { getSwapRun, type SwapRun, waitId } from '../swap/swap-run';
import { missingIndexes } from './missing-indexes';
import { schemaOf } from './table-schema';
import type { TableSettings } from './table-settings';

type GlobalIndex = TableSettings['globalIndexes'][number];

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 7 * 24 * 3600;
/** The table is being changed, or another index is being made: there can be one at a time. */
const GOES_AWAY = ['ResourceInUseException', 'LimitExceededException'];

/**
 * Makes one index again that the table had and the restored data lacks, and waits until it can be read. What AWS refuses
 * for good is noted for the result. An index of that name that is being deleted is waited for: then the next attempt makes
 * it. Safe to repeat: what is begun is noted first, and an index that is being made is waited for.
 */
export const handler = task(async ({ runId, isUndo, taskToken }: StepInput & { taskToken: string }): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  const { TableName } = run.settings;
  const table = await findTable(TableName);
  const begun = run.indexesBegun?.at(-1);
  const isOver = begun === undefined || statusOf(table, begun) === 'ACTIVE' || run.indexesRefused?.[begun];
  const unfinished = isOver ? undefined : begun;
  const next = unfinished ?? missingIndexes(run, schemaOf(table ?? {}))[0]?.name;
  const isDeleting = statusOf(table, next) === 'DELETING';
  const name = isDeleting || statusOf(table, unfinished) ? next : await makeNext(run, table, unfinished);
  await startWait(tableIndex, {
    id: waitId(runId, isDeleting ? 'index-deletion' : 'index', name),
    region: REGION,
    resources: name ? [`${TableName}/index/${name}`] : [],
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

function statusOf(table: TableDescription | undefined, name: string | undefined): string | undefined {
  return table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name)?.IndexStatus;
}

/** Begins the index that an earlier attempt noted and did not come to, or the next one. Returns its name, if it is made. */
async function makeNext(run: SwapRun, table: TableDescription | undefined, noted: string | undefined) {
  const index =
    run.table?.globalIndexes.find(({ name }) => name === noted) ?? missingIndexes(run, schemaOf(table ?? {}))[0];
  if (!index || !run.table) return undefined;
  const conflict = conflictOf(index, run.table, table);
  if (conflict) return refuse(run, index.name, conflict);
  if (index.name !== noted) await updateRun(run.runId, { indexesBegun: [...(run.indexesBegun ?? []), index.name] });
  try {
    await dynamodb.send(new UpdateTableCommand(creationOf(index, run.settings.TableName, run.table, table)));
    return index.name;
  } catch (error) {
    if (isTransient(error) || hasName(error, ...GOES_AWAY)) throw new TransientServiceError(describeError(error));
    const status = statusOf(await findTable(run.settings.TableName), index.name);
    if (status === 'DELETING') {
      // The index of that name was seen too late: this one is not begun.
      await updateRun(run.runId, { indexesBegun: (run.indexesBegun ?? []).filter((begun) => begun !== index.name) });
      throw new TransientServiceError(`The index ${index.name} is being deleted.`);
    }
    // When the SDK repeats a request whose answer was lost, DynamoDB says that it has such an index.
    if (status) return index.name;
    return refuse(run, index.name, describeError(error));
  }
}

/** Notes for the result why an index is not made. It counts as begun, so that it is not tried again. */
async function refuse(run: SwapRun, name: string, why: string): Promise<undefined> {
  const reason = `global secondary indexes: ${name} could not be made again: ${why}`;
  const { indexesBegun = [], indexesRefused } = run;
  await updateRun(run.runId, {
    indexesBegun: [...indexesBegun.filter((begun) => begun !== name), name],
    indexesRefused: { ...indexesRefused, [name]: reason },
  });
}

/** A key attribute of the index that the restored table knows with another type: there can be one type for a name. */
function conflictOf(
  { keySchema }: GlobalIndex,
  { attributeDefinitions }: TableSettings,
  table: TableDescription | undefined,
): string | undefined {
  for (const { AttributeName } of keySchema) {
    const ofName = (definition: { AttributeName?: string }) => definition.AttributeName === AttributeName;
    const wanted = attributeDefinitions.find(ofName)?.AttributeType;
    const now = table?.AttributeDefinitions?.find(ofName)?.AttributeType;
    if (wanted && now && wanted !== now)
      return `its key ${AttributeName} was of the type ${wanted}, and the restored table has it with the type ${now}`;
  }
  return undefined;
}

function creationOf(index: GlobalIndex, TableName: string, wanted: TableSettings, table: TableDescription | undefined) {
  const { name, keySchema, projection, throughput, onDemandMaximum } = index;
  const isProvisioned = table?.BillingModeSummary?.BillingMode !== 'PAY_PER_REQUEST';
  const keyNames = keySchema.map(({ AttributeName }) => AttributeName);
  const known = (table?.AttributeDefinitions ?? []).map(({ AttributeName }) => AttributeName);
  return {
    TableName,
    AttributeDefinitions: [
      ...(table?.AttributeDefinitions ?? []),
      ...wanted.attributeDefinitions.filter(
        ({ AttributeName }) => keyNames.includes(AttributeName) && !known.includes(AttributeName),
      ),
    ],
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName: name,
          KeySchema: keySchema,
          Projection: projection as { ProjectionType: 'ALL' },
          ...(isProvisioned && { ProvisionedThroughput: throughput ?? wanted.throughput }),
          ...(!isProvisioned && onDemandMaximum && { OnDemandThroughput: onDemandMaximum }),
        },
      },
    ],
  };
}
