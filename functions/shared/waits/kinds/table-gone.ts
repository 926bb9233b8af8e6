import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { hasName } from '../../error-name';
import { CRITICAL } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits until tables (resources are names) no longer exist. */
export const tableGone: WaitKind = {
  name: 'table-gone',
  actions: ['dynamodb:DescribeTable'],
  // While the name is empty or held by a table that is going, the application is down.
  delaySeconds: CRITICAL,
  async check(_wait, tableNames) {
    const settled: Record<string, Settled> = {};
    for (const TableName of tableNames) {
      try {
        await dynamodb.send(new DescribeTableCommand({ TableName }));
      } catch (error) {
        if (!hasName(error, 'ResourceNotFoundException')) throw error;
        settled[TableName] = { state: 'GONE', at: nowSeconds() };
      }
    }
    return settled;
  },
};
