import { RunIsOverError } from '../shared/errors';
import { getRun, type RunRecord } from '../shared/runs';
import type { OperationSettings } from './input';

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
  /** What was seen to be so in the end. */
  verified?: string;
}

/** The record of a run that is going on. Nothing may be done for one that is over: its lock may be another run's. */
export async function getOperationRun(runId: string): Promise<OperationRun> {
  const run = await getRun(runId);
  if (!run?.settings) throw new Error(`There is no record of the run ${runId}.`);
  if (!run.open) throw new RunIsOverError(`The run ${runId} is over.`);
  return run as OperationRun;
}
