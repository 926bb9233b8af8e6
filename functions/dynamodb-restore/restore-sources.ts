import { DescribeRecoveryPointCommand } from '@aws-sdk/client-backup';
import {
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { backupIn } from '../shared/clients/backup';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { describeError, isTransient } from '../shared/task';

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const DEFAULT_VAULT = requireEnv('BACKUP_VAULT_NAME');

/** The table that a copy has to be of: the one that is restored, unless the input names another one. */
export function sourceArn({ TableName, SourceTableArn }: { TableName: string; SourceTableArn?: string }): string {
  return SourceTableArn ?? `arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT_ID}:table/${TableName}`;
}

/**
 * Checks that a DynamoDB backup can be restored, is of the table `wantedArn`, and has the keys of the table that it is to
 * replace, if there is one. `key` is the input's key, for the messages. Returns problems. Reads only.
 */
export async function checkBackup(
  key: string,
  wantedArn: string,
  BackupArn: string,
  replaced?: TableDescription,
): Promise<string[]> {
  const elsewhere = elsewhereProblem(key, BackupArn);
  if (elsewhere) return [elsewhere];
  try {
    const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
    const { BackupDetails: details, SourceTableDetails: source } = BackupDescription ?? {};
    const problems: string[] = [];
    if (details?.BackupStatus !== 'AVAILABLE')
      problems.push(`${key}: the backup is ${details?.BackupStatus}, only an AVAILABLE one can be restored`);
    if (source?.TableArn !== wantedArn)
      problems.push(mappingProblem(key, 'backup', String(source?.TableArn), wantedArn));
    const [keys, wantedKeys] = [keyNames(source?.KeySchema), keyNames(replaced?.KeySchema)];
    if (keys && wantedKeys && keys !== wantedKeys)
      problems.push(`${key}: its keys are ${keys}, those of ${replaced?.TableName} are ${wantedKeys}`);
    return problems;
  } catch (error) {
    if (isTransient(error)) throw error;
    if (hasName(error, 'BackupNotFoundException')) return [`${key}: there is no such backup: ${BackupArn}`];
    return [`${key}: the backup cannot be looked at (${describeError(error)})`];
  }
}

/** The keys without their types, which a backup does not tell; nothing if they are not told at all. */
function keyNames(keySchema: KeySchemaElement[] | undefined): string {
  return (keySchema ?? []).map(({ KeyType, AttributeName }) => `${KeyType} ${AttributeName}`).join(', ');
}

/** DynamoDB restores backups of its own account and region only; copies come by way of AWS Backup. */
function elsewhereProblem(key: string, arn: string): string | undefined {
  const [, , , region, account] = arn.split(':');
  if (region === REGION && account === ACCOUNT_ID) return undefined;
  return `${key}: it is in the region ${region} of the account ${account}, and DynamoDB restores only backups in ${REGION} of ${ACCOUNT_ID}; copy it here with AWS Backup and name the copy as a recovery point`;
}

function mappingProblem(key: string, what: string, foundArn: string, wantedArn: string): string {
  return `${key}: it is a ${what} of ${foundArn}, not of ${wantedArn}; give SourceTableArn: "${foundArn}" if that is what you want`;
}

/** Adds what is wrong with an AWS Backup recovery point to `problems`; true when it is in cold storage. Reads only. */
export async function checkRecoveryPoint(
  key: string,
  wantedArn: string,
  wanted: { RecoveryPointArn: string; BackupVaultName?: string },
  problems: string[],
): Promise<boolean> {
  const BackupVaultName = wanted.BackupVaultName ?? DEFAULT_VAULT;
  try {
    const point = await backupIn(REGION).send(
      new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn: wanted.RecoveryPointArn }),
    );
    if (point.Status !== 'COMPLETED')
      problems.push(`${key}: the recovery point is ${point.Status}, only a COMPLETED one can be restored`);
    if (point.ResourceArn !== wantedArn)
      problems.push(mappingProblem(key, 'recovery point', String(point.ResourceArn), wantedArn));
    return point.StorageClass === 'COLD';
  } catch (error) {
    if (isTransient(error)) throw error;
    problems.push(
      `${key}: it is not in the backup vault ${BackupVaultName}, or the vault may not be looked into (${(error as Error).message})`,
    );
    return false;
  }
}

/** Checks that a table can be restored to the time `wanted` (`latest`, or ISO 8601). `prefix` is of the input's key. */
export async function checkPointInTime(
  prefix: string,
  TableName: string,
  wanted: string,
  table: TableDescription | undefined,
): Promise<string[]> {
  const key = `${prefix}RestoreDateTime`;
  if (!table)
    return [
      `${key}: ${TableName} does not exist, so it has no point in time; name a backup (its system backup, say) or a recovery point`,
    ];
  try {
    const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    const pitr = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    if (pitr?.PointInTimeRecoveryStatus !== 'ENABLED')
      return [`${key}: point-in-time recovery of ${TableName} is not enabled`];
    if (wanted === 'latest') return [];
    const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } = pitr;
    const at = new Date(wanted);
    if (earliest && latest && at >= earliest && at <= latest) return [];
    return [
      `${key}: ${at.toISOString()} is outside of what can be restored, ${earliest?.toISOString()} to ${latest?.toISOString()}`,
    ];
  } catch (error) {
    if (isTransient(error)) throw error;
    return [`${key}: the point-in-time recovery of ${TableName} cannot be looked at (${describeError(error)})`];
  }
}
