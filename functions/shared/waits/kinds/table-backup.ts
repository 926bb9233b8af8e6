import { type BackupStatus, DescribeBackupCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { hasName } from '../../error-name';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** A backup may not be seen right after it was begun. One that DynamoDB does not know for longer has failed or is deleted. */
const GONE_AFTER_SECONDS = 60;

/** Waits until DynamoDB backups (resources are ARNs) can be restored, or are gone. */
export const tableBackup: WaitKind = {
  name: 'table-backup',
  actions: ['dynamodb:DescribeBackup'],
  delaySeconds: LOOKED_FOR,
  async check({ notes }, backupArns) {
    const settled: Record<string, Settled> = {};
    for (const BackupArn of backupArns) {
      const state = await statusOf(BackupArn);
      if (state === 'AVAILABLE' || state === 'DELETED') settled[BackupArn] = { state, at: nowSeconds() };
      if (state !== 'UNKNOWN') continue;
      const missingSince = (notes[BackupArn] as number | undefined) ?? nowSeconds();
      notes[BackupArn] = missingSince;
      if (nowSeconds() - missingSince >= GONE_AFTER_SECONDS) settled[BackupArn] = { state: 'GONE', at: nowSeconds() };
    }
    return settled;
  },
};

/** `UNKNOWN` for a backup that DynamoDB does not know. */
async function statusOf(BackupArn: string): Promise<BackupStatus | 'UNKNOWN' | undefined> {
  try {
    const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
    return BackupDescription?.BackupDetails?.BackupStatus;
  } catch (error) {
    if (!hasName(error, 'BackupNotFoundException')) throw error;
    return 'UNKNOWN';
  }
}
