import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { hasName } from '../../error-name';
import { CRITICAL } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/**
 * Waits until tables (resources are names) no longer exist, also when another table has the name by then: one with another
 * id than `context.tableId`.
 */
export const tableGone: WaitKind = {
  name: 'table-gone',
  actions: ['dynamodb:DescribeTable'],
  // While the name is empty or held by a table that is going, the application is down.
  delaySeconds: CRITICAL,
  async check({ context }, tableNames) {
    const settled: Record<string, Settled> = {};
    for (const TableName of tableNames) {
      try {
        const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
        const isOther = context.tableId && Table?.TableId && Table.TableId !== context.tableId;
        if (isOther) settled[TableName] = { state: 'GONE', at: nowSeconds() };
      } catch (error) {
        if (!hasName(error, 'ResourceNotFoundException')) throw error;
        settled[TableName] = { state: 'GONE', at: nowSeconds() };
      }
    }
    return settled;
  },
};
