import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../../shared/clients/dynamodb';
import { changeOf, collect, queryAll } from '../../shared/items';
import { executionArnOf } from '../../shared/runs/run-id';
import { RUNS_TABLE } from '../../shared/runs/runs';
import type { SwapRun } from './swap-run';

/** The partition of the fallbacks in the table of runs. */
const PARTITION = 'fallbacks';

/** A fallback backup that a run has left. */
export interface Fallback {
  /** The backup's ARN. */
  item: string;
  tableName: string;
  /** The ARN of the execution that made it. */
  ofRun: string;
  /** The table whose content makes the fallback spare. Absent: the fallback may be a last copy. */
  tableId?: string;
  /** Seconds since 1970. Absent: only a later green run of the table, or a person, removes the fallback. */
  removeAfter?: number;
  /** When the operator was notified of the removal, in seconds since 1970. */
  announcedAt?: number;
}

/**
 * Records a run's fallback. `tableId` is the table that makes it spare: the verified one, or the untouched original. A run
 * that lost its table has none, and its fallback stays. Returns when it may be removed. Safe to repeat.
 */
export async function recordFallback(
  run: SwapRun,
  tableId: string | undefined,
  removeAfter: number,
): Promise<number | undefined> {
  if (!run.fallbackBackupArn) return undefined;
  const Item: Fallback & { runId: string } = {
    runId: PARTITION,
    item: run.fallbackBackupArn,
    tableName: run.settings.TableName,
    ofRun: executionArnOf(run.runId),
    ...(tableId && { tableId, removeAfter }),
  };
  await tables.send(new PutCommand({ TableName: RUNS_TABLE, Item }));
  return tableId ? removeAfter : undefined;
}

/** After a green run the earlier fallbacks of the table are spare too: they follow the table that is there now. */
export async function releaseFallbacks(TableName: string, tableId: string, removeAfter: number): Promise<void> {
  for (const fallback of await fallbacks()) {
    if (fallback.tableName !== TableName || fallback.tableId === tableId) continue;
    await tables.send(
      new UpdateCommand({
        TableName: RUNS_TABLE,
        Key: { runId: PARTITION, item: fallback.item },
        ...changeOf({ set: { tableId }, setOnce: { removeAfter } }, { condition: 'attribute_exists(runId)' }),
      }),
    );
  }
}

/** Every recorded fallback. */
export async function fallbacks(): Promise<Fallback[]> {
  const query = {
    TableName: RUNS_TABLE,
    KeyConditionExpression: 'runId = :fallbacks',
    ExpressionAttributeValues: { ':fallbacks': PARTITION },
    ConsistentRead: true,
  };
  return collect(queryAll<Fallback>(query));
}
