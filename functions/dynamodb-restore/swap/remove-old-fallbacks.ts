import { DeleteBackupCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../../shared/clients/dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { logger } from '../../shared/logger';
import { RUNS_TABLE } from '../../shared/runs/runs';
import { describeError, task } from '../../shared/task';
import { findTable } from '../find-table';
import { deleteTable } from '../request-deletion';
import { claimForRemoval, forgetDuplicate, type KeptDuplicate, keptDuplicates } from './kept-duplicates';

interface Fallback {
  item: string;
  tableName: string;
  removeAfter: number;
}

/**
 * Runs every day. Removes expired fallbacks and unused duplicates of interrupted runs. It does so only while the table
 * exists: otherwise they may be its last copy. Safe to repeat.
 */
export const handler = task(async (): Promise<void> => {
  let startKey: Record<string, unknown> | undefined;
  do {
    const page = await tables.send(
      new QueryCommand({
        TableName: RUNS_TABLE,
        KeyConditionExpression: 'runId = :fallbacks',
        FilterExpression: 'removeAfter < :now',
        ExpressionAttributeValues: { ':fallbacks': 'fallbacks', ':now': nowSeconds() },
        ExclusiveStartKey: startKey,
      }),
    );
    for (const fallback of (page.Items ?? []) as Fallback[]) await removeFallback(fallback);
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  for (const kept of await keptDuplicates()) if (kept.removeAfter < nowSeconds()) await removeDuplicate(kept);
});

async function removeDuplicate(kept: KeptDuplicate): Promise<void> {
  try {
    if (!(await isThere(kept.tableName)) || !(await claimForRemoval(kept))) return;
    if ((await findTable(kept.item))?.TableId === kept.duplicateTableId) await deleteTable(kept.item);
    await forgetDuplicate(kept.item);
  } catch (error) {
    logger.warn('Kept a duplicate', { duplicate: kept.item, reason: describeError(error) });
  }
}

async function isThere(tableName: string): Promise<boolean> {
  return (await findTable(tableName))?.TableStatus === 'ACTIVE';
}

async function removeFallback({ item: BackupArn, tableName }: Fallback): Promise<void> {
  try {
    if (!(await isThere(tableName))) return;
    await dynamodb.send(new DeleteBackupCommand({ BackupArn })).catch((error: Error) => {
      if (error.name !== 'BackupNotFoundException') throw error;
    });
    await tables.send(new DeleteCommand({ TableName: RUNS_TABLE, Key: { runId: 'fallbacks', item: BackupArn } }));
  } catch (error) {
    // The other fallbacks are removed all the same. This one is tried again tomorrow.
    logger.warn('Kept a fallback backup', { BackupArn, reason: describeError(error) });
  }
}
