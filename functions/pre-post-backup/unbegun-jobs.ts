import { StopBackupJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { errorName } from '../shared/error-name';
import { logger } from '../shared/logger';
import { describeError, isTransient } from '../shared/task';
import { type GroupInStep, noteInGroup, type Step } from './groups';

const REGION = requireEnv('AWS_REGION');

/** Returns the backup jobs that did not begin in time (MaxMinutesStopped), as the wait for them ended. */
export function unbegunJobs(group: GroupInStep): string[] {
  if (!group.backup) return [];
  // A record of the release before does not say which.
  const steps: Step[] = group.backup.step ? [group.backup.step] : ['backup', 'backupEnd'];
  const unbegun: string[] = [];
  for (const step of steps) {
    const { settled = {} } = group.waits[step] ?? {};
    unbegun.push(...Object.keys(settled).filter((jobId) => settled[jobId]?.state === 'NOT_BEGUN'));
  }
  return unbegun;
}

/**
 * Stops the backup jobs that did not begin in time, before their instances are started: a later backup would not be one
 * of a stopped instance. The intent is recorded first. A job that cannot be stopped keeps no instance down; the report has
 * the refusal, and names its recovery point. Throws transient errors. Safe to repeat (API_StopBackupJob).
 */
export async function stopUnbegunJobs(group: GroupInStep): Promise<void> {
  const jobIds = unbegunJobs(group);
  if (!group.backup || jobIds.length === 0) return;
  const backup = { ...group.backup, jobsStoppedAt: group.backup.jobsStoppedAt ?? nowSeconds() };
  if (!group.backup.jobsStoppedAt) await noteInGroup(group, { backup });
  const stopRefusals: Record<string, string> = {};
  const refusedWith = new Set(group.refusedWith);
  for (const BackupJobId of jobIds) {
    try {
      await backupIn(REGION).send(new StopBackupJobCommand({ BackupJobId }));
    } catch (error) {
      if (isTransient(error)) throw error;
      stopRefusals[BackupJobId] = describeError(error);
      refusedWith.add(errorName(error));
      logger.warn('Could not stop the backup job', { jobId: BackupJobId, reason: describeError(error) });
    }
  }
  if (Object.keys(stopRefusals).length > 0)
    await noteInGroup(group, { backup: { ...backup, stopRefusals }, refusedWith: [...refusedWith] });
}
