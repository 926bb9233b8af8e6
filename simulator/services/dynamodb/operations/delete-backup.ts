import type { DeleteBackupInput, DeleteBackupOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function DeleteBackup(this: DynamoDbState, input: DeleteBackupInput): DeleteBackupOutput {
  return { BackupDescription: this.backups.delete(required(input, 'BackupArn')) };
}
