import type { SwapSource } from '../input';
import { isProtectionWanted } from '../last-minute';
import type { SwapRun } from './swap-run';

/** What a swap would do, step by step, for a dry run. */
export function describeSwapPlan(run: SwapRun): string[] {
  const { settings, duplicateName, fallbackName, table, originalReported, keptDuplicate } = run;
  const { TableName, Source, Approval, ApprovalTimeoutMinutes, FallbackGraceDays, Cleanup } = settings;
  return [
    keptDuplicate
      ? `use the duplicate ${keptDuplicate}, which an interrupted run left`
      : `restore ${describeSource(Source)} to the duplicate ${duplicateName}${run.isCold ? ', from cold storage: about three hours more' : ''}`,
    ...(table
      ? [
          `back up ${TableName} (${originalReported?.items ?? 'an unknown number of'} items, ${originalReported?.sizeBytes ?? 'an unknown number of'} bytes, as DynamoDB counted in the last six hours) as ${fallbackName}, kept for ${FallbackGraceDays} days`,
        ]
      : []),
    'back up the duplicate',
    ...(table ? deletionOf(run, Approval === 'Required' ? ApprovalTimeoutMinutes : undefined) : []),
    `restore the backup of the duplicate as ${TableName}; the name is empty until then, about as long as the first restore takes`,
    table
      ? `put back every setting of ${TableName}`
      : `put back the settings that the copy says, and name the others in SettingsNotRestored`,
    ...Object.entries(table?.unread ?? {}).map(
      ([setting, reason]) => `not put back, because it could not be read: ${setting} (${reason})`,
    ),
    ...(run.readers ?? []).map((reader) => `not moved along: ${reader}`),
    Cleanup ? 'remove the duplicate and its backup' : 'leave the duplicate and its backup',
  ];
}

function describeSource(source: SwapSource): string {
  if (source.Type === 'PointInTime') return `the time ${source.RestoreDateTime}`;
  return source.Type === 'Backup' ? source.BackupArn : source.RecoveryPointArn;
}

function deletionOf(run: SwapRun, approvalMinutes: number | undefined): string[] {
  const { TableName } = run.settings;
  const turnsOn = isProtectionWanted(run) && run.table?.pointInTimeRecoveryDays === undefined;
  return [
    ...(turnsOn ? [`turn on point-in-time recovery of ${TableName} for the deletion, as its first change`] : []),
    approvalMinutes === undefined ? 'ask for no approval' : `ask for approval, for ${approvalMinutes} minutes at most`,
    `delete ${TableName}${run.table?.isDeletionProtected ? ', with its protection from deletion taken off' : ''}`,
  ];
}
