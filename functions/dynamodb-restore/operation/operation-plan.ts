import type { OperationSettings } from '../input';
import { type OperationRun, targetOf } from './operation-run';

/** What an operation would do, for a dry run. */
export function describeOperationPlan({ settings, fallbackName }: OperationRun): string[] {
  const { TableName } = settings;
  switch (settings.Operation) {
    case 'CreateBackup':
      return [`back up ${TableName} as ${fallbackName}`];
    case 'RestoreFromBackup':
      return restores(settings, settings.BackupArn);
    case 'RestoreFromRecoveryPoint':
      return restores(settings, settings.RecoveryPointArn);
    case 'RestoreToPointInTime':
      return restores(settings, `the time ${settings.RestoreDateTime} of ${TableName}`);
    case 'DeleteTable':
      return [
        ...(settings.SkipBackup ? [] : [`back up ${TableName} as ${fallbackName}`]),
        `delete ${TableName}${settings.SkipBackup ? ', without a backup' : ''}`,
      ];
    case 'EnablePointInTimeRecovery':
      return [`turn on point-in-time recovery of ${TableName}${daysOf(settings.RecoveryPeriodInDays)}`];
    case 'EnableDeletionProtection':
      return [`protect ${TableName} from deletion`];
    case 'VerifyTable':
      return [`compare ${TableName} with the duplicate of ${settings.RunId}`];
    case 'RemoveLeftovers':
      return [`remove the duplicate of ${settings.RunId} and its backup`];
  }
}

/** How often an operation restores a table, and backs one up. */
export function workOf({ settings }: OperationRun): { restores: number; backups: number } {
  const { Operation } = settings;
  const makesBackup = Operation === 'CreateBackup' || (Operation === 'DeleteTable' && !settings.SkipBackup);
  return { restores: Operation.startsWith('Restore') ? 1 : 0, backups: makesBackup ? 1 : 0 };
}

function daysOf(days: number | undefined): string {
  return days === undefined ? ', with the period that it has, or 35 days' : `, ${days} days back`;
}

function restores(settings: OperationSettings, from: string): string[] {
  const isBeside = targetOf(settings) !== settings.TableName;
  return [
    `restore ${from} as ${targetOf(settings)}`,
    isBeside
      ? `name the settings in which it differs from ${settings.TableName}, and change none`
      : 'put back the settings that the copy says, and name the others in SettingsNotRestored',
  ];
}
