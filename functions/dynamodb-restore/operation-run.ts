import { getRun, type RunRecord } from '../shared/runs';
import type { OperationSettings } from './input';

/** The record of a table operation. */
export interface OperationRun extends RunRecord {
  settings: OperationSettings;
  /** The name of the backup that CreateBackup and DeleteTable make. */
  fallbackName: string;
  fallbackBackupArn?: string;
  restoreJobId?: string;
  /** Written before deletion protection is taken off, so that an abort puts it back. */
  protectionRemovedAt?: number;
  /** What was seen to be so in the end. */
  verified?: string;
}

export async function getOperationRun(runId: string): Promise<OperationRun> {
  const run = await getRun(runId);
  if (!run?.settings) throw new Error(`There is no record of the run ${runId}.`);
  return run as OperationRun;
}
