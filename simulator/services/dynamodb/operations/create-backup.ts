import type { CreateBackupInput, CreateBackupOutput } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../errors';
import { detailsOf } from '../backups';
import { imageOf } from '../image';
import { required } from '../parameters';
import { checkName } from '../schema';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html */
export function CreateBackup(this: DynamoDbState, input: CreateBackupInput): CreateBackupOutput {
  const name = required(input, 'BackupName');
  const table = this.backedUp(required(input, 'TableName'));
  checkName('BackupName', name);
  if (table.status === 'CREATING' || table.status === 'DELETING') {
    const doing = table.status === 'CREATING' ? 'created' : 'deleted';
    throw new AwsError('TableInUseException', `Table is being ${doing}: ${table.name}`);
  }
  this.checkBackupsAreOn(table);
  const { DurationSeconds = this.durations.createBackup, Fails } = this.jobs.take('CreateBackup', table.name);
  const image = imageOf(table, table.itemsForBackup());
  const backup = this.backups.create(name, image, 'USER', DurationSeconds, Fails);
  return { BackupDetails: detailsOf(backup) };
}
