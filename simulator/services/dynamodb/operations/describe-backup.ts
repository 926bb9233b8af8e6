import type { DescribeBackupInput, DescribeBackupOutput } from '@aws-sdk/client-dynamodb';
import { describeBackup } from '../backups';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function DescribeBackup(this: DynamoDbState, input: DescribeBackupInput): DescribeBackupOutput {
  return { BackupDescription: describeBackup(this.backups.find(required(input, 'BackupArn'))) };
}
