import { type BackupSummary, type BackupTypeFilter, ListBackupsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';

/** Every backup of a table of one type (`USER`, `SYSTEM` …); the SDK has no paginator for ListBackups. */
export async function listBackups(TableName: string, BackupType: BackupTypeFilter): Promise<BackupSummary[]> {
  const backups: BackupSummary[] = [];
  let ExclusiveStartBackupArn: string | undefined;
  do {
    const page = await dynamodb.send(new ListBackupsCommand({ TableName, BackupType, ExclusiveStartBackupArn }));
    backups.push(...(page.BackupSummaries ?? []));
    ExclusiveStartBackupArn = page.LastEvaluatedBackupArn;
  } while (ExclusiveStartBackupArn);
  return backups;
}
