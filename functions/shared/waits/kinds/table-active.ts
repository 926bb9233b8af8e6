import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { answerOf } from '../../answer';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { hasName } from '../../error-name';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** A new table may not be visible at once; one that is not visible after so long does not exist. */
const APPEARS_WITHIN_SECONDS = 120;

/** Waits until tables (resources are names) are ACTIVE with nothing left to restore, or never will be. */
export const tableActive: WaitKind = {
  name: 'table-active',
  actions: ['dynamodb:DescribeTable'],
  delaySeconds: LOOKED_FOR,
  async check(wait, tableNames) {
    const settled: Record<string, Settled> = {};
    for (const TableName of tableNames) {
      try {
        const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
        // Only a table that a restore made has a RestoreSummary.
        const isRestoring = Table?.RestoreSummary && answerOf(Table.RestoreSummary.RestoreInProgress) !== 'no';
        const status = Table?.TableStatus ?? '';
        const isLost = ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'ARCHIVED', 'DELETING'].includes(status);
        // Until then it may still be what DynamoDB remembers of the table that had the name before.
        const isTold = nowSeconds() - wait.startedAt > APPEARS_WITHIN_SECONDS;
        if ((status === 'ACTIVE' && !isRestoring) || (isLost && isTold))
          settled[TableName] = { state: status, at: nowSeconds() };
      } catch (error) {
        if (!hasName(error, 'ResourceNotFoundException')) throw error;
        // DynamoDB removes the table of a restore that failed.
        if (nowSeconds() - wait.startedAt > APPEARS_WITHIN_SECONDS)
          settled[TableName] = { state: 'GONE', at: nowSeconds() };
      }
    }
    return settled;
  },
};
