import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** A new index may not be visible at once; one that is not visible after so long does not exist. */
const APPEARS_WITHIN_SECONDS = 120;

/**
 * Waits until global secondary indexes (resources are `table/index/name`) are ACTIVE, or no longer exist. One that is being
 * deleted still holds its name, so it is waited for until it is gone.
 */
export const tableIndex: WaitKind = {
  name: 'table-index',
  actions: ['dynamodb:DescribeTable'],
  delaySeconds: LOOKED_FOR,
  async check(wait, resources) {
    const settled: Record<string, Settled> = {};
    for (const resource of resources) {
      const [TableName, name] = resource.split('/index/');
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      const index = Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name);
      const isLate = nowSeconds() - wait.startedAt > APPEARS_WITHIN_SECONDS;
      const state = index?.IndexStatus ?? (isLate ? 'GONE' : '');
      if (['ACTIVE', 'GONE'].includes(state)) settled[resource] = { state, at: nowSeconds() };
    }
    return settled;
  },
};
