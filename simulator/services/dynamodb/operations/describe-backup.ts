import type { DescribeBackupInput, DescribeBackupOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { describeBackup } from '../backups';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html */
export function DescribeBackup(this: DynamoDbState, input: DescribeBackupInput): DescribeBackupOutput {
  return { BackupDescription: describeBackup(this.backups.find(required(input, 'BackupArn'))) };
}

DescribeBackup.access = (_state: DynamoDbState, { BackupArn = '*' }: DescribeBackupInput): Access[] => [
  { action: 'dynamodb:DescribeBackup', resource: BackupArn },
];
