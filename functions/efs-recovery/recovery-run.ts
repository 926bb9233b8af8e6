import { createHash } from 'node:crypto';
import { getOpenRun, type RunRecord } from '../shared/runs/runs';
import type { FileSystemSettings } from './file-system';
import type { BackupSettings, RecoverySettings } from './input';
import type { RecoveryPlan } from './recovery/find-recovery-point';
import type { AccessPointProgress } from './recovery/restore-access-points';

/** The steps that wait, in this order; each has its own wait. */
type Step = 'backup' | 'copy' | 'restore' | 'mountTargets';

export interface BackupRun extends RunRecord {
  settings: BackupSettings;
  fileSystemArn: string;
  /** Of the preflight. */
  warnings?: string[];
  backupJobId?: string;
}

export interface RecoveryRun extends RunRecord {
  settings: RecoverySettings;
  plan: RecoveryPlan;
  fileSystem: FileSystemSettings;
  /** Of the preflight. */
  warnings?: string[];
  copyJobId?: string;
  /** Written before StartRestoreJob: from then on a file system may be created. */
  restoreIntendedAt?: number;
  restoreJobId?: string;
  settingsAppliedAt?: number;
  accessPointProgress?: AccessPointProgress;
  /** Settings that could not be put back, for the report. */
  notRestored?: string[];
  mountTargetIds?: string[];
  /** Present when a half-restored file system was removed. */
  removedFileSystemId?: string;
}

export async function getBackupRun(runId: string): Promise<BackupRun> {
  return (await getOpenRun({ runId })) as BackupRun;
}

export async function getRecoveryRun(runId: string): Promise<RecoveryRun> {
  return (await getOpenRun({ runId })) as RecoveryRun;
}

export function waitId(runId: string, step: Step): string {
  return `${runId}#${step}`;
}

/** The same for every attempt of a step, so that AWS Backup never starts a second job for it. */
export function idempotencyToken(runId: string, step: Step): string {
  return createHash('sha256').update(`${runId}#${step}`).digest('hex');
}

/** The restored file system's creation token: it finds the file system even when the job does not name it. */
export function creationToken(runId: string): string {
  return `backup-workflows-${idempotencyToken(runId, 'restore').slice(0, 40)}`;
}
