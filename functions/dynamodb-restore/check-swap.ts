import { DescribeRecoveryPointCommand } from '@aws-sdk/client-backup';
import {
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { backupIn } from '../shared/clients/backup';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { parseSwapInput, type SwapSettings } from './input';
import { duplicateName } from './names';

interface Output {
  problems: string[];
  settings?: SwapSettings;
  /** False when the table was deleted: then there is nothing to swap out. */
  tableExists: boolean;
  /** True for a recovery point in cold storage, which takes hours to restore. */
  isCold: boolean;
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const DEFAULT_VAULT = requireEnv('BACKUP_VAULT_NAME');

/**
 * Reads the input and looks at the table and at what is to be restored. `startTime` is when the execution began (ISO
 * 8601). Reads only; returns problems instead of throwing, so that one message can list them all.
 */
export const handler = task(async ({ input, startTime }: { input: unknown; startTime: string }): Promise<Output> => {
  const { settings, problems } = parseSwapInput(input);
  if (!settings) return { problems, tableExists: false, isCold: false };
  const table = await findTable(settings.TableName);
  if (table) problems.push(...cannotBeSwapped(table, settings.TableName));
  const duplicate = duplicateName(settings.TableName, Math.floor(new Date(startTime).getTime() / 1000));
  if (await findTable(duplicate))
    problems.push(`TableName: the duplicate's name ${duplicate} is taken; start again in a second`);
  const { Source } = settings;
  let isCold = false;
  if (Source.Type === 'PointInTime')
    problems.push(...(await checkPointInTime(settings.TableName, Source.RestoreDateTime, table)));
  else if (Source.Type === 'Backup') problems.push(...(await checkBackup(settings.TableName, Source.BackupArn)));
  else isCold = await checkRecoveryPoint(settings, problems);
  return { problems, settings, tableExists: table !== undefined, isCold };
});

async function findTable(TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function cannotBeSwapped(table: TableDescription, name: string): string[] {
  const problems: string[] = [];
  if (table.TableStatus !== 'ACTIVE')
    problems.push(`TableName: ${name} is ${table.TableStatus}, only an ACTIVE table can be replaced`);
  if (table.Replicas?.length)
    problems.push(`TableName: ${name} is a global table; its replicas would go with it, so it cannot be replaced`);
  return problems;
}

async function checkPointInTime(
  TableName: string,
  wanted: string,
  table: TableDescription | undefined,
): Promise<string[]> {
  if (!table)
    return [
      `Source: ${TableName} does not exist, so it has no point in time; name a backup (its system backup, say) or a recovery point`,
    ];
  const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
  const pitr = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  if (pitr?.PointInTimeRecoveryStatus !== 'ENABLED')
    return [`Source: point-in-time recovery of ${TableName} is not enabled`];
  if (wanted === 'latest') return [];
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } = pitr;
  const at = new Date(wanted);
  if (earliest && latest && at >= earliest && at <= latest) return [];
  return [
    `Source.RestoreDateTime: ${at.toISOString()} is outside of what can be restored, ${earliest?.toISOString()} to ${latest?.toISOString()}`,
  ];
}

async function checkBackup(tableName: string, BackupArn: string): Promise<string[]> {
  try {
    const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
    const { BackupDetails: details, SourceTableDetails: source } = BackupDescription ?? {};
    const problems: string[] = [];
    if (details?.BackupStatus !== 'AVAILABLE')
      problems.push(`Source.BackupArn: the backup is ${details?.BackupStatus}, only an AVAILABLE one can be restored`);
    if (source?.TableName !== tableName)
      problems.push(`Source.BackupArn: it is a backup of the table ${source?.TableName}, not of ${tableName}`);
    return problems;
  } catch (error) {
    if ((error as Error).name !== 'BackupNotFoundException') throw error;
    return [`Source.BackupArn: there is no such backup: ${BackupArn}`];
  }
}

/** Adds what is wrong with the recovery point to `problems`; true when it is in cold storage. */
async function checkRecoveryPoint({ TableName, Source }: SwapSettings, problems: string[]): Promise<boolean> {
  if (Source.Type !== 'RecoveryPoint') return false;
  const BackupVaultName = Source.BackupVaultName ?? DEFAULT_VAULT;
  try {
    const point = await backupIn(REGION).send(
      new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn: Source.RecoveryPointArn }),
    );
    const tableArn = `arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT_ID}:table/${TableName}`;
    if (point.Status !== 'COMPLETED')
      problems.push(
        `Source.RecoveryPointArn: the recovery point is ${point.Status}, only a COMPLETED one can be restored`,
      );
    if (point.ResourceArn !== tableArn)
      problems.push(`Source.RecoveryPointArn: it is a recovery point of ${point.ResourceArn}, not of ${tableArn}`);
    return point.StorageClass === 'COLD';
  } catch (error) {
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
    problems.push(
      `Source.RecoveryPointArn: it is not in the backup vault ${BackupVaultName}, or the vault may not be looked into (${(error as Error).message})`,
    );
    return false;
  }
}
