import { createHash } from 'node:crypto';
import { getRun, type RunRecord } from '../shared/runs';
import type { SwapSettings } from './input';
import type { TableSettings } from './table-settings';

/** What a run waits for; each has its own wait. */
export type Step = 'duplicate' | 'fallbackBackup' | 'duplicateBackup' | 'approval' | 'deletion' | 'original';

/** The record of a swap: which copies exist, by ARN, and what has been begun. Read by every step and by the undo. */
export interface SwapRun extends RunRecord {
  settings: SwapSettings;
  /** Absent when the table was deleted before the run: then there is nothing to swap out. */
  table?: TableSettings;
  duplicateName: string;
  fallbackName: string;
  duplicateIntendedAt?: number;
  restoreJobId?: string;
  fallbackBackupArn?: string;
  duplicateBackupArn?: string;
  approval?: { isApproved: boolean; by?: string; at: number };
  /** Written before protection is taken off and the table deleted: from then on the name has to be filled again. */
  deletionIntendedAt?: number;
  deletedAt?: number;
  /** Which copy is being restored under the original name, and how often that was tried. */
  restoringFrom?: 'duplicate' | 'fallback';
  restoreAttempts?: number;
  availableAt?: number;
  verifiedAs?: 'restored' | 'original' | 'untouched';
  notRestored?: string[];
  systemBackupArn?: string;
}

export async function getSwapRun(runId: string): Promise<SwapRun> {
  const run = await getRun(runId);
  if (!run?.settings) throw new Error(`There is no record of the run ${runId}.`);
  return run as SwapRun;
}

export function waitId(runId: string, step: Step, attempt = 0): string {
  return attempt ? `${runId}#${step}#${attempt}` : `${runId}#${step}`;
}

/** The same for every attempt of a step, so that AWS Backup never starts a second job for it. */
export function idempotencyToken(runId: string, step: string): string {
  return createHash('sha256').update(`${runId}#${step}`).digest('hex');
}

/** The lock of a table. */
export function lockOf(tableName: string): string {
  return `dynamodb/${tableName}`;
}
