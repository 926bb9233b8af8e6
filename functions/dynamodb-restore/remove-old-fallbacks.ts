import { DeleteBackupCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../shared/clients/dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { nowSeconds } from '../shared/clock';
import { logger } from '../shared/logger';
import { RUNS_TABLE } from '../shared/runs';
import { describeError, task } from '../shared/task';

interface Fallback {
  item: string;
  tableName: string;
  removeAfter: number;
}

/**
 * Runs every day: removes fallback backups whose grace period is over, as long as the table itself is there; the
 * fallback of a table that is gone may be its last copy and stays. Safe to repeat.
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
    for (const fallback of (page.Items ?? []) as Fallback[]) await removeOne(fallback);
    startKey = page.LastEvaluatedKey;
  } while (startKey);
});

async function removeOne({ item: BackupArn, tableName: TableName }: Fallback): Promise<void> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus !== 'ACTIVE') return;
    await dynamodb.send(new DeleteBackupCommand({ BackupArn })).catch((error: Error) => {
      if (error.name !== 'BackupNotFoundException') throw error;
    });
    await tables.send(new DeleteCommand({ TableName: RUNS_TABLE, Key: { runId: 'fallbacks', item: BackupArn } }));
  } catch (error) {
    // One that cannot be removed today must not keep the others; tomorrow is another day.
    logger.warn('Kept a fallback backup', { BackupArn, reason: describeError(error) });
  }
}
