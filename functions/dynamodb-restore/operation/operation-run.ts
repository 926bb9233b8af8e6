import { getOpenRun, type RunRecord, type StepInput } from '../../shared/runs/runs';
import type { OperationSettings } from '../input';

/** The record of a table operation. */
export interface OperationRun extends RunRecord {
  settings: OperationSettings;
  /** The name of the backup that CreateBackup and DeleteTable make. */
  fallbackName: string;
  fallbackBackupArn?: string;
  restoreJobId?: string;
  /** Written before the restore is asked for: it cannot be stopped any more. */
  restoreIntendedAt?: number;
  /** Written before deletion protection is taken off, so that an abort puts it back. */
  protectionRemovedAt?: number;
  /** Written before the deletion is requested: DynamoDB does not take it back. */
  deletionRequestedAt?: number;
  /** What was seen to be so in the end. */
  verified?: string;
}

/** The table that the operation is about: the one that is restored to, or the one that is named. */
export function targetOf(settings: OperationSettings): string {
  return ('TargetTableName' in settings && settings.TargetTableName) || settings.TableName;
}

/** The record of an open operation, as `getOpenRun` gives it. */
export async function getOperationRun(step: StepInput): Promise<OperationRun> {
  return (await getOpenRun(step)) as OperationRun;
}
