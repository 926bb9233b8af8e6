import { createHash } from 'node:crypto';
import { getOpenRun, type RunRecord } from '../shared/runs/runs';
import type { FileSystemSettings } from './file-system';
import type { BackupSettings, RecoverySettings } from './input';
import type { RecoveryPlan } from './recovery/recovery-plan';
import type { AccessPointProgress } from './recovery/restore-access-points';

/** The steps that wait, in this order; each has its own wait. */
type Step = 'backup' | 'copy' | 'restore' | 'mountTargets';

interface BackupFacts {
  workflow: 'efs-backup';
  settings: BackupSettings;
  fileSystemArn: string;
  /** Of the preflight. */
  warnings?: string[];
  backupJobId?: string;
}

export type BackupRun = RunRecord<BackupFacts>;

interface RecoveryFacts {
  workflow: 'efs-copy-restore';
  settings: RecoverySettings;
  plan: RecoveryPlan;
  fileSystem: FileSystemSettings;
  /** Of the preflight. */
  warnings?: string[];
  copyJobId?: string;
  /** Written before StartRestoreJob: from then on a file system may be created. */
  restoreIntendedAt?: number;
  restoreJobId?: string;
  /** The recovery point, in the destination, that the restore job restores. */
  restoredFrom?: string;
  settingsAppliedAt?: number;
  accessPointProgress?: AccessPointProgress;
  /** Settings that could not be put back, for the report. */
  notRestored?: string[];
  /** EFS did not take the source's policy. */
  isPolicyRefused?: boolean;
  mountTargetIds?: string[];
  /** Present when a half-restored file system was removed. */
  removedFileSystemId?: string;
}

export type RecoveryRun = RunRecord<RecoveryFacts>;

export async function getBackupRun(runId: string): Promise<BackupRun> {
  return await getOpenRun<BackupRun>({ runId });
}

export async function getRecoveryRun(runId: string): Promise<RecoveryRun> {
  return await getOpenRun<RecoveryRun>({ runId });
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
