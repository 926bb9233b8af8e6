import { DescribeContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits until tables (resources are names) can be restored and exported to `context.until`, in seconds since 1970. */
export const tableRestorable: WaitKind = {
  name: 'table-restorable',
  actions: ['dynamodb:DescribeContinuousBackups'],
  delaySeconds: LOOKED_FOR,
  async check(wait, tableNames) {
    const settled: Record<string, Settled> = {};
    for (const TableName of tableNames) {
      const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
      const { PointInTimeRecoveryStatus: status, LatestRestorableDateTime: latest } =
        ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
      if (status === 'DISABLED') settled[TableName] = { state: 'DISABLED', at: nowSeconds() };
      if (latest && latest.getTime() / 1000 >= Number(wait.context.until))
        settled[TableName] = { state: 'RESTORABLE', at: nowSeconds() };
    }
    return settled;
  },
};
