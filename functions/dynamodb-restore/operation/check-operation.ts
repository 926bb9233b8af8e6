import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { isoTime, nowSeconds } from '../../shared/clock';
import { InvalidInputError } from '../../shared/errors';
import { joinFindings } from '../../shared/findings';
import { findRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { checkRestoreLimit } from '../check-restore-limit';
import { checkConfiguration, configurationOf } from '../configuration';
import { checkNotOwn, findTable, wayOutOf } from '../find-table';
import { type OperationSettings, parseOperationInput } from '../input';
import { checkBackup, checkPointInTime, checkRecoveryPoint, sourceArn } from '../restore-sources';
import { leftTableUntouched } from '../swap/leftovers';
import type { SwapRun } from '../swap/swap-run';
import { shorterWindow } from './shorter-window';

interface Output {
  settings: OperationSettings;
  /** What could not be looked up, and is no reason to refuse the run. */
  warnings: string[];
  /** Of the table that is to be deleted; empty if DynamoDB shows none. */
  tableId?: string;
}

/** The preflight: reads the input and looks at what it needs. One message lists all that is wrong. Reads only. */
export const handler = task(async ({ input }: { input: unknown }): Promise<Output> => {
  const { settings, problems } = parseOperationInput(input);
  if (!settings) throw new InvalidInputError(problems);
  const table = await findTable(settings.TableName);
  problems.push(...(await problemsOf(settings, table)));
  if (settings.Operation.startsWith('Restore')) problems.push(...(await checkRestoreLimit()));
  const found = joinFindings({ problems }, await checkConfiguration(configurationOf(settings)));
  if (found.problems.length > 0) throw new InvalidInputError(found.problems);
  const isDeletion = settings.Operation === 'DeleteTable';
  return { settings, warnings: found.warnings, ...(isDeletion && { tableId: table?.TableId ?? '' }) };
});

async function problemsOf(settings: OperationSettings, table: TableDescription | undefined): Promise<string[]> {
  const problems: string[] = [];
  switch (settings.Operation) {
    case 'RestoreFromBackup':
      return [
        ...(await targetProblems(settings, table)),
        ...(await checkBackup('BackupArn', sourceArn(settings), settings.BackupArn)),
      ];
    case 'RestoreFromRecoveryPoint':
      problems.push(...(await targetProblems(settings, table)));
      await checkRecoveryPoint('RecoveryPointArn', sourceArn(settings), settings, problems);
      return problems;
    case 'RestoreToPointInTime':
      return [
        ...(await targetProblems(settings, table)),
        ...(await checkPointInTime('', settings.TableName, settings.RestoreDateTime, table)),
      ];
    case 'EnablePointInTimeRecovery':
      problems.push(...mustBeActive(settings, table));
      return problems.length > 0 ? problems : shorterWindow(settings);
    case 'VerifyTable':
      problems.push(...mustBeActive(settings, table));
      return [...problems, ...(await runProblems(settings))];
    case 'RemoveLeftovers':
      problems.push(...mustBeActive(settings, table));
      return [...problems, ...leftoverProblems(settings, await findRun<SwapRun>(settings.RunId), table)];
    default:
      return mustBeActive(settings, table);
  }
}

/** The run has to be a closed swap of the table whose duplicate is still there. */
async function runProblems({ TableName, RunId }: { TableName: string; RunId: string }): Promise<string[]> {
  const run = await findRun<SwapRun>(RunId);
  if (run?.workflow !== 'dynamodb-swap-restore' || run.settings?.TableName !== TableName)
    return [`RunId: it is no run of dynamodb-swap-restore that restored ${TableName}`];
  if (run.open) return ['RunId: the run is not over yet; it verifies the table itself'];
  return (await findTable(run.duplicateName))
    ? []
    : [`RunId: its duplicate ${run.duplicateName} is gone, so there is nothing to compare ${TableName} with`];
}

/** Only what is spare is removed: the run is closed, and the table is the one that it verified, or never touched. */
function leftoverProblems(
  { TableName }: { TableName: string },
  run: SwapRun | undefined,
  table: TableDescription | undefined,
): string[] {
  if (run?.workflow !== 'dynamodb-swap-restore' || run.settings?.TableName !== TableName)
    return [`RunId: it is no run of dynamodb-swap-restore that restored ${TableName}`];
  if (run.open) return ['RunId: the run is not over yet'];
  if (run.duplicateKeptUntil && run.duplicateKeptUntil > nowSeconds())
    return [
      `RunId: its duplicate ${run.duplicateName} is kept until ${isoTime(run.duplicateKeptUntil)} for a run that resumes there, and is removed then`,
    ];
  const isUntouched = leftTableUntouched(run);
  if (run.verifiedAs !== 'restored' && !isUntouched)
    return [
      `RunId: the run could not verify ${TableName}, so its duplicate and every backup stay; look with the Operation VerifyTable, and delete them yourself`,
    ];
  const wanted = isUntouched ? run.table?.tableId : run.verifiedTableId;
  if (!table || (wanted && table.TableId === wanted)) return [];
  return [`RunId: the table ${TableName} is not the one that the run left, so its duplicate and every backup stay`];
}

async function targetProblems(
  { TableName, TargetTableName }: { TableName: string; TargetTableName?: string },
  table: TableDescription | undefined,
): Promise<string[]> {
  if (TargetTableName === undefined)
    return table
      ? [
          `TableName: the table ${TableName} exists; use dynamodb-swap-restore to replace it, or give TargetTableName to restore beside it`,
        ]
      : [];
  return (await findTable(TargetTableName))
    ? [`TargetTableName: the table ${TargetTableName} exists; give a name that is free`]
    : [];
}

function mustBeActive(settings: OperationSettings, table: TableDescription | undefined): string[] {
  const { TableName } = settings;
  if (!table) return [`TableName: there is no table ${TableName}`];
  const problems: string[] = [];
  const isDeletable =
    settings.Operation === 'DeleteTable' && settings.SkipBackup && String(table.TableStatus) === 'ARCHIVED';
  if (table.TableStatus !== 'ACTIVE' && !isDeletable)
    problems.push(`TableName: ${TableName} is ${table.TableStatus}, it has to be ACTIVE${wayOutOf(table) ?? ''}`);
  if (settings.Operation !== 'DeleteTable') return problems;
  problems.push(...checkNotOwn(TableName));
  if (table.DeletionProtectionEnabled && !settings.RemoveDeletionProtection) {
    problems.push(
      `RemoveDeletionProtection: ${TableName} is protected from deletion; give true to take the protection off`,
    );
  }
  if (table.Replicas?.length) problems.push(`TableName: ${TableName} is a global table; delete its replicas first`);
  return problems;
}
