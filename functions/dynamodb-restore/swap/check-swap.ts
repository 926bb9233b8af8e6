import { DescribeContinuousBackupsCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { requireEnv } from '../../shared/config';
import { task } from '../../shared/task';
import { checkRestoreLimit } from '../check-restore-limit';
import { checkNotOwn, findTable } from '../find-table';
import { parseSwapInput, type SwapSettings } from '../input';
import { duplicateName } from '../names';
import { checkBackup, checkRecoveryPoint } from '../restore-sources';

const IS_SKIP_FORBIDDEN = requireEnv('FORBID_SKIP') === 'Yes';

interface Output {
  problems: string[];
  settings?: SwapSettings;
  /** False when the table was deleted: then there is nothing to swap out. */
  tableExists: boolean;
  /** True for a recovery point in cold storage, which takes hours to restore. */
  isCold: boolean;
}

/**
 * Reads the input and looks at the table and at the source. `startTime` is when the execution began (ISO
 * 8601). Reads only; returns problems instead of throwing, so that one message can list them all.
 */
export const handler = task(async ({ input, startTime }: { input: unknown; startTime: string }): Promise<Output> => {
  const { settings, problems } = parseSwapInput(input);
  if (!settings) return { problems, tableExists: false, isCold: false };
  problems.push(...checkNotOwn(settings.TableName));
  if (IS_SKIP_FORBIDDEN && settings.Approval === 'Skip')
    problems.push('Approval: this stack forbids "Skip" (parameter ForbidSkip); leave the key out');
  const table = await findTable(settings.TableName);
  if (table) problems.push(...cannotBeSwapped(table, settings.TableName));
  const duplicate = duplicateName(settings.TableName, Math.floor(new Date(startTime).getTime() / 1000));
  if (await findTable(duplicate))
    problems.push(`TableName: the duplicate's name ${duplicate} is taken; start again in a second`);
  problems.push(...(await checkRestoreLimit()));
  const { Source } = settings;
  let isCold = false;
  if (Source.Type === 'PointInTime')
    problems.push(...(await checkPointInTime(settings.TableName, Source.RestoreDateTime, table)));
  else if (Source.Type === 'Backup')
    problems.push(...(await checkBackup('Source.BackupArn', settings.TableName, Source.BackupArn)));
  else isCold = await checkRecoveryPoint('Source.RecoveryPointArn', settings.TableName, Source, problems);
  return { problems, settings, tableExists: table !== undefined, isCold };
});

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
