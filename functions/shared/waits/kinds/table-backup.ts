import { DescribeBackupCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits until DynamoDB backups (resources are ARNs) can be restored, or are gone. */
export const tableBackup: WaitKind = {
  name: 'table-backup',
  actions: ['dynamodb:DescribeBackup'],
  delaySeconds: LOOKED_FOR,
  async check(_wait, backupArns) {
    const settled: Record<string, Settled> = {};
    for (const BackupArn of backupArns) {
      const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
      const state = BackupDescription?.BackupDetails?.BackupStatus;
      if (state === 'AVAILABLE' || state === 'DELETED') settled[BackupArn] = { state, at: nowSeconds() };
    }
    return settled;
  },
};
