import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { requireEnv } from '../../shared/config';
import { InvalidInputError } from '../../shared/errors';
import { joinFindings } from '../../shared/findings';
import { task } from '../../shared/task';
import { checkRestoreLimit } from '../check-restore-limit';
import { checkConfiguration, configurationOf } from '../configuration';
import { checkNotOwn, findTable, wayOutOf } from '../find-table';
import { parseSwapInput, type SwapSettings } from '../input';
import { duplicateName } from '../names';
import { checkBackup, checkPointInTime, checkRecoveryPoint, sourceArn } from '../restore-sources';

const IS_SKIP_FORBIDDEN = requireEnv('FORBID_SKIP') === 'Yes';

interface Output {
  settings: SwapSettings;
  /** What could not be looked up, and is no reason to refuse the run. */
  warnings: string[];
  /** False when the table was deleted: then there is nothing to swap out. */
  tableExists: boolean;
  /** True for a recovery point in cold storage, which takes hours to restore. */
  isCold: boolean;
}

/**
 * The preflight: reads the input and looks at the table, at the source and at what is set up once. One message lists all
 * that is wrong. `startTime` is when the execution began (ISO 8601). Reads only.
 */
export const handler = task(async ({ input, startTime }: { input: unknown; startTime: string }): Promise<Output> => {
  const { settings, problems } = parseSwapInput(input);
  if (!settings) throw new InvalidInputError(problems);
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
  const wantedArn = sourceArn(settings);
  if (Source.Type === 'PointInTime') {
    problems.push(...(await checkPointInTime('Source.', settings.TableName, Source.RestoreDateTime, table)));
    if (settings.SourceTableArn && settings.SourceTableArn !== table?.TableArn)
      problems.push('SourceTableArn: a point in time is one of the table itself; name a backup or a recovery point');
  } else if (Source.Type === 'Backup')
    problems.push(...(await checkBackup('Source.BackupArn', wantedArn, Source.BackupArn, table)));
  else isCold = await checkRecoveryPoint('Source.RecoveryPointArn', wantedArn, Source, problems);
  const found = joinFindings({ problems }, await checkConfiguration(configurationOf(settings)));
  if (found.problems.length > 0) throw new InvalidInputError(found.problems);
  return { settings, warnings: found.warnings, tableExists: table !== undefined, isCold };
});

function cannotBeSwapped(table: TableDescription, name: string): string[] {
  const problems: string[] = [];
  if (table.TableStatus !== 'ACTIVE')
    problems.push(
      `TableName: ${name} is ${table.TableStatus}, only an ACTIVE table can be replaced${wayOutOf(table) ?? ''}`,
    );
  if (table.Replicas?.length)
    problems.push(`TableName: ${name} is a global table; its replicas would go with it, so it cannot be replaced`);
  return problems;
}
