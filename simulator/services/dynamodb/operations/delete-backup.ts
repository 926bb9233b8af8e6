import type { DeleteBackupInput, DeleteBackupOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html */
export function DeleteBackup(this: DynamoDbState, input: DeleteBackupInput): DeleteBackupOutput {
  return { BackupDescription: this.backups.delete(required(input, 'BackupArn')) };
}

DeleteBackup.access = (_state: DynamoDbState, { BackupArn = '*' }: DeleteBackupInput): Access[] => [
  { action: 'dynamodb:DeleteBackup', resource: BackupArn },
];
