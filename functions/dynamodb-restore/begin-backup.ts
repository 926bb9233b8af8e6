import { CreateBackupCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hasName } from '../shared/error-name';
import { TransientServiceError } from '../shared/errors';
import { listBackups } from './list-backups';

/** A new table cannot be backed up for some seconds; others change the table, or too many backups are being made. */
const GOES_AWAY = ['ContinuousBackupsUnavailableException', 'TableInUseException', 'LimitExceededException'];
// CreateBackup has no idempotency token: the SDK must not send it again by itself when an answer is lost.
const creator = new DynamoDBClient({ maxAttempts: 1 });

/** Begins the backup of a table, and returns its ARN. Safe to repeat: the one of this name is returned if there is one. */
export async function beginBackup(TableName: string, BackupName: string): Promise<string> {
  return (await findBackup(TableName, BackupName)) ?? (await createBackup(TableName, BackupName));
}

async function findBackup(TableName: string, BackupName: string): Promise<string | undefined> {
  for (const backup of await listBackups(TableName, 'USER')) {
    if (backup.BackupName === BackupName && backup.BackupStatus !== 'DELETED') return backup.BackupArn;
  }
  return undefined;
}

async function createBackup(TableName: string, BackupName: string): Promise<string> {
  try {
    const { BackupDetails } = await creator.send(new CreateBackupCommand({ TableName, BackupName }));
    if (!BackupDetails?.BackupArn) throw new Error('DynamoDB accepted the backup but named no ARN.');
    return BackupDetails.BackupArn;
  } catch (error) {
    const { message } = error as Error;
    if (hasName(error, ...GOES_AWAY)) throw new TransientServiceError(message);
    throw error;
  }
}
