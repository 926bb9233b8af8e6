import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../../shared/clients/dynamodb';
import { nowSeconds } from '../../shared/clock';
import { hasName } from '../../shared/error-name';
import { changeOf, collect, queryAll } from '../../shared/items';
import { executionArnOf } from '../../shared/runs/run-id';
import { RUNS_TABLE, updateRun } from '../../shared/runs/runs';
import { countItems, type ItemCount, type Sample, sampleOf } from '../../shared/tables/compare-tables';
import { beginBackup } from '../begin-backup';
import { findTable } from '../find-table';
import type { SwapSettings, SwapSource } from '../input';
import { statusOfBackup } from './leftovers';
import type { SwapRun } from './swap-run';

/** A duplicate that an interrupted run left: an item of the runs table, in a partition of its own. */
export interface KeptDuplicate {
  runId: typeof PARTITION;
  /** The duplicate's name. */
  item: string;
  tableName: string;
  /** What it was restored from: the table itself (for a point in time) and the source. */
  intent: string;
  duplicateTableId: string;
  fromRun: string;
  items?: ItemCount;
  sample?: Sample;
  /**
   * What a next run restores under the name: the duplicate itself is a table that anybody may have written to since.
   * Duplicates that an earlier release kept have none, and no run takes them over.
   */
  backupArn?: string;
  /** Seconds since 1970. */
  removeAfter: number;
  /** Its removal has begun: no run may take it over. */
  isGoing?: boolean;
}

const PARTITION = 'duplicates';
const KEEP_SECONDS = 24 * 3600;
/** Longer than any run lasts: a run that takes a duplicate over removes it itself. */
const RUN_SECONDS = 61 * 24 * 3600;

/**
 * Keeps the duplicate of an interrupted run, and a backup of it, for a day, for a new run with the same intent. Returns until when
 * (seconds since 1970), or nothing when its content gets stale: `latest` is another moment tomorrow. Safe to repeat.
 */
export async function keepDuplicate(run: SwapRun, duplicate: TableDescription): Promise<number | undefined> {
  const intent = intentOf(run.settings.Source, run.table?.tableId);
  if (!intent) return undefined;
  const backupArn = run.duplicateBackupArn ?? (await beginBackup(run.duplicateName, run.duplicateName));
  await updateRun(run.runId, { duplicateBackupArn: backupArn });
  const kept: KeptDuplicate = {
    runId: PARTITION,
    item: run.duplicateName,
    tableName: run.settings.TableName,
    intent,
    duplicateTableId: duplicate.TableId ?? '',
    fromRun: executionArnOf(run.runId),
    // What the run itself did not come to look at.
    items: run.duplicateItems ?? run.adopted?.items ?? (await countItems(run.duplicateName)),
    sample:
      run.duplicateSample ?? run.adopted?.sample ?? (await sampleOf(run.duplicateName, duplicate.KeySchema ?? [])),
    backupArn,
    removeAfter: nowSeconds() + KEEP_SECONDS,
  };
  await tables.send(new PutCommand({ TableName: RUNS_TABLE, Item: kept }));
  return kept.removeAfter;
}

/** Finds a duplicate, with its backup, that an interrupted run left and that holds just what this run is to restore. Reads only. */
export async function findKeptDuplicate(
  { TableName, Source }: SwapSettings,
  tableId: string | undefined,
): Promise<KeptDuplicate | undefined> {
  const intent = intentOf(Source, tableId);
  for (const kept of intent ? await keptDuplicates() : []) {
    if (kept.tableName !== TableName || kept.intent !== intent || kept.isGoing) continue;
    const table = await findTable(kept.item);
    if (table?.TableStatus !== 'ACTIVE' || table.TableId !== kept.duplicateTableId) continue;
    // The run waits for a backup that is being made.
    if (['CREATING', 'AVAILABLE'].includes((await statusOfBackup(kept.backupArn)) ?? '')) return kept;
  }
  return undefined;
}

/** Makes a kept duplicate a run's own; false when its removal has begun in the meantime. */
export function takeOverDuplicate(kept: KeptDuplicate): Promise<boolean> {
  return change(kept, { removeAfter: nowSeconds() + RUN_SECONDS });
}

/** Every kept duplicate. */
export async function keptDuplicates(): Promise<KeptDuplicate[]> {
  const query = {
    TableName: RUNS_TABLE,
    KeyConditionExpression: 'runId = :duplicates',
    ExpressionAttributeValues: { ':duplicates': PARTITION },
    ConsistentRead: true,
  };
  return collect(queryAll<KeptDuplicate>(query));
}

/**
 * Whether a kept duplicate may be all that is left of its content: a point in time of a table that another one has
 * replaced. A backup and a recovery point are copies themselves.
 */
export function isLastCopy({ intent }: KeptDuplicate, { TableId }: TableDescription): boolean {
  return !intent.startsWith('arn:') && !intent.startsWith(`${TableId} `);
}

/** Marks a kept duplicate as being removed; false when a run took it over in the meantime. */
export function claimForRemoval(kept: KeptDuplicate): Promise<boolean> {
  return change(kept, { removeAfter: kept.removeAfter, isGoing: true });
}

/** Removes the item of a kept duplicate. Call it when the duplicate is gone. Safe to repeat. */
export async function forgetDuplicate(name: string): Promise<void> {
  await tables.send(new DeleteCommand({ TableName: RUNS_TABLE, Key: { runId: PARTITION, item: name } }));
}

/** Writes into the item, on condition that it is as it was read. Repeating one's own write succeeds. */
async function change(kept: KeptDuplicate, fields: Pick<KeptDuplicate, 'removeAfter' | 'isGoing'>): Promise<boolean> {
  try {
    await tables.send(
      new UpdateCommand({
        TableName: RUNS_TABLE,
        Key: { runId: PARTITION, item: kept.item },
        ...changeOf(
          { set: fields },
          {
            condition: fields.isGoing
              ? 'removeAfter = :seen'
              : '(removeAfter = :seen OR removeAfter = :removeAfter) AND attribute_not_exists(isGoing)',
            values: { ':seen': kept.removeAfter },
          },
        ),
      }),
    );
    return true;
  } catch (error) {
    if (hasName(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}

/** The duplicate's content as text: equal texts mean equal items. Undefined for a content that changes with time. */
function intentOf(source: SwapSource, tableId: string | undefined): string | undefined {
  if (source.Type === 'Backup') return source.BackupArn;
  if (source.Type === 'RecoveryPoint') return source.RecoveryPointArn;
  if (source.RestoreDateTime === 'latest') return undefined;
  // A point in time is one of this very table, not of another one that had its name.
  return `${tableId} ${new Date(source.RestoreDateTime).toISOString()}`;
}
