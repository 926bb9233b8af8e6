import { DescribeRecoveryPointCommand } from '@aws-sdk/client-backup';
import { DescribeBackupCommand } from '@aws-sdk/client-dynamodb';
import { backupIn } from '../shared/clients/backup';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { requireEnv } from '../shared/config';

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const DEFAULT_VAULT = requireEnv('BACKUP_VAULT_NAME');

/** Checks that a DynamoDB backup can be restored and is of the table. `key` is the input's key, for the message. */
export async function checkBackup(key: string, tableName: string, BackupArn: string): Promise<string[]> {
  try {
    const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
    const { BackupDetails: details, SourceTableDetails: source } = BackupDescription ?? {};
    const problems: string[] = [];
    if (details?.BackupStatus !== 'AVAILABLE')
      problems.push(`${key}: the backup is ${details?.BackupStatus}, only an AVAILABLE one can be restored`);
    if (source?.TableName !== tableName)
      problems.push(`${key}: it is a backup of the table ${source?.TableName}, not of ${tableName}`);
    return problems;
  } catch (error) {
    if ((error as Error).name !== 'BackupNotFoundException') throw error;
    return [`${key}: there is no such backup: ${BackupArn}`];
  }
}

/** Adds what is wrong with an AWS Backup recovery point to `problems`; true when it is in cold storage. */
export async function checkRecoveryPoint(
  key: string,
  TableName: string,
  wanted: { RecoveryPointArn: string; BackupVaultName?: string },
  problems: string[],
): Promise<boolean> {
  const BackupVaultName = wanted.BackupVaultName ?? DEFAULT_VAULT;
  try {
    const point = await backupIn(REGION).send(
      new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn: wanted.RecoveryPointArn }),
    );
    const tableArn = `arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT_ID}:table/${TableName}`;
    if (point.Status !== 'COMPLETED')
      problems.push(`${key}: the recovery point is ${point.Status}, only a COMPLETED one can be restored`);
    if (point.ResourceArn !== tableArn)
      problems.push(`${key}: it is a recovery point of ${point.ResourceArn}, not of ${tableArn}`);
    return point.StorageClass === 'COLD';
  } catch (error) {
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
    problems.push(
      `${key}: it is not in the backup vault ${BackupVaultName}, or the vault may not be looked into (${(error as Error).message})`,
    );
    return false;
  }
}
