import { getOpenRun, type RunRecord, type StepInput } from '../../shared/runs/runs';
import type { OperationSettings } from '../input';
import type { SettingGap } from '../swap/swap-run';
import type { SystemBackup } from '../system-backup';

interface OperationFacts {
  settings: OperationSettings;
  /** Of the preflight. */
  warnings?: string[];
  /** Of the table that is to be deleted, as the preflight saw it; absent in runs that an older release began. */
  tableId?: string;
  /** The name of the backup that CreateBackup and DeleteTable make. */
  fallbackName: string;
  fallbackBackupArn?: string;
  restoreJobId?: string;
  /** What AWS Backup says of a restore that it completed with issues. */
  restoredWith?: string;
  /** Written before the restore is asked for: it cannot be stopped any more. */
  restoreIntendedAt?: number;
  /** Written before deletion protection is taken off, so that an abort puts it back. */
  protectionRemovedAt?: number;
  /** Written before the deletion is requested: DynamoDB does not take it back. */
  deletionRequestedAt?: number;
  /** Written before this run turns on point-in-time recovery for the deletion; in seconds since 1970. */
  recoveryTurnedOnAt?: number;
  /** When it was seen to be as it was before, in a run that did not delete the table. */
  recoveryPutBackAt?: number;
  /** Why this run could not turn it off again. */
  recoveryLeftOn?: string;
  /** Whether point-in-time recovery was on when the deletion was requested. */
  recoveryAtDeletion?: boolean | 'unknown';
  /** What was found of the backup that DynamoDB makes at the deletion. */
  systemBackup?: SystemBackup;
  systemBackupArn?: string;
  /** What was seen to be so in the end. */
  verified?: string;
  /** Settings that a restored table lacks, or that are not known. */
  gaps?: SettingGap[];
  /** Whether the settings of a restored table were compared. */
  settingsVerified?: boolean;
}

/** The record of a table operation. */
export type OperationRun = RunRecord<OperationFacts>;

/** The table that the operation is about: the one that is restored to, or the one that is named. */
export function targetOf(settings: OperationSettings): string {
  return ('TargetTableName' in settings && settings.TargetTableName) || settings.TableName;
}

/** The record of an open operation, as `getOpenRun` gives it. */
export async function getOperationRun(step: StepInput): Promise<OperationRun> {
  return await getOpenRun<OperationRun>(step);
}
