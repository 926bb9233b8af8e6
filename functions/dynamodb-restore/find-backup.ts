import { type BackupDescription, DescribeBackupCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { hasName } from '../shared/error-name';

/** The backup of that ARN, or nothing when there is none. */
export async function findBackup(BackupArn: string | undefined): Promise<BackupDescription | undefined> {
  if (!BackupArn) return undefined;
  try {
    return (await dynamodb.send(new DescribeBackupCommand({ BackupArn }))).BackupDescription;
  } catch (error) {
    if (hasName(error, 'BackupNotFoundException')) return undefined;
    throw error;
  }
}
