import { nowSeconds } from '../../clock';
import { BACKUP_JOBS } from '../rhythms';
import type { Settled, WaitKind } from '../waits';
import { BACKUP_EVENT, type DescribedJob, describeJobs } from './described-jobs';

/** A job that has not begun after so long is noted, and no more often than this, as a note is a write. */
const LATE_SECONDS = 1800;
const WAITING_STATES: string[] = ['CREATED', 'PENDING'];
/** The states that a backup job never leaves (API_DescribeBackupJob). */
const END_STATES: string[] = ['COMPLETED', 'PARTIAL', 'FAILED', 'ABORTED', 'EXPIRED'];

/** Of a job that did not begin for long: when it was last seen waiting, to `LATE_SECONDS`, and why. */
export interface LateNote {
  waitingAt: number;
  statusMessage?: string;
}

/**
 * Waits for backup jobs (resources are job ids) to reach any end; `context.assumeRoleArn` is the role to look as. A job that
 * has not begun at `context.beginBy` (seconds since 1970) ends the wait as `NOT_BEGUN`, which is no state of AWS Backup.
 */
export const backupJob: WaitKind = {
  name: 'backup-job',
  event: { ...BACKUP_EVENT, ignoredStates: WAITING_STATES.concat('RUNNING') },
  actions: ['backup:DescribeBackupJob'],
  actionsTogether: ['backup:ListBackupJobs'],
  delaySeconds: BACKUP_JOBS,
  async check(wait, jobIds) {
    const jobs = await describeJobs(wait, jobIds);
    const settled: Record<string, Settled> = {};
    for (const [jobId, job] of jobs) {
      const end = backupJobEnd(job) ?? notBegun(job, wait.context.beginBy);
      if (end) settled[jobId] = end;
      else noteLate(wait, jobId, job);
    }
    return settled;
  },
};

function noteLate(
  { startedAt, notes }: Parameters<WaitKind['check']>[0],
  jobId: string,
  { State, StatusMessage }: DescribedJob,
): void {
  const seenAt = (notes[jobId] as LateNote | undefined)?.waitingAt ?? startedAt;
  if (!WAITING_STATES.includes(State ?? '') || nowSeconds() - seenAt < LATE_SECONDS) return;
  const note: LateNote = { waitingAt: nowSeconds(), ...(StatusMessage && { statusMessage: StatusMessage }) };
  notes[jobId] = note;
}

/** How a job ended, or undefined while its state may still change. */
export function backupJobEnd(job: DescribedJob): Settled | undefined {
  if (!job.State || !END_STATES.includes(job.State)) return undefined;
  return {
    state: job.State,
    at: nowSeconds(),
    // "Completed with issues" is COMPLETED with a message, and must not be lost.
    ...(job.StatusMessage && { statusMessage: job.StatusMessage }),
    ...(job.RecoveryPointArn && { recoveryPointArn: job.RecoveryPointArn }),
    ...(job.BackupSizeInBytes !== undefined && { sizeInBytes: job.BackupSizeInBytes }),
    ...(job.CompletionDate && { completedAt: Math.floor(job.CompletionDate.getTime() / 1000) }),
  };
}

/** Returns the end of a wait for a job that did not begin in time; nothing without a limit. Other states are "not yet". */
export function notBegun(job: DescribedJob, beginBy: unknown): Settled | undefined {
  if (!WAITING_STATES.includes(job.State ?? '') || typeof beginBy !== 'number' || nowSeconds() < beginBy)
    return undefined;
  return { state: 'NOT_BEGUN', at: nowSeconds(), ...(job.StatusMessage && { statusMessage: job.StatusMessage }) };
}
