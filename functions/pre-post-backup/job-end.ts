import {
  type BackupJob,
  DescribeBackupJobCommand,
  type DescribeBackupJobCommandOutput,
  paginateListBackupJobs,
} from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { describeError, isTransient } from '../shared/task';
import { backupJobEnd, type LateNote } from '../shared/waits/kinds/backup-job';
import type { GroupInStep } from './groups';

/** The end of an instance's backup job. */
export interface JobEnd {
  /** AWS Backup's state, `skipped` without a job, or `unknown`. */
  state: string;
  jobId?: string;
  message?: string;
  recoveryPointArn?: string;
  /** Seconds since 1970. */
  completedAt?: number;
  /** What was last seen of a job that did not begin for long. */
  late?: LateNote;
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
/** AWS Backup's clock is not ours. */
const SLACK_SECONDS = 60;

/**
 * Reads the end of an instance's job: from the wait for it, else from AWS Backup. A job whose id was not recorded is
 * looked up by its resource. Throws transient errors. Reads only.
 */
export async function jobEndOf(group: GroupInStep, instanceId: string, vaultName: string): Promise<JobEnd> {
  const jobId = group.jobs?.[instanceId];
  if (!group.backup || (!jobId && group.refusedJobs?.[instanceId])) return { state: 'skipped' };
  const wait = jobId ? group.waits.backupEnd : undefined;
  const settled = jobId ? wait?.settled[jobId] : undefined;
  const note = jobId ? (wait?.notes?.[jobId] as LateNote | undefined) : undefined;
  const late = note && { late: note };
  if (settled && settled.state !== 'NOT_BEGUN') {
    return {
      state: settled.state,
      jobId,
      message: settled.statusMessage as string,
      recoveryPointArn: settled.recoveryPointArn as string,
      completedAt: settled.completedAt as number,
      ...late,
    };
  }
  try {
    const job = jobId
      ? await backupIn(REGION).send(new DescribeBackupJobCommand({ BackupJobId: jobId }))
      : await findJob(instanceId, vaultName, group.backup.intendedAt);
    if (!job) return { state: 'unknown' };
    const end = backupJobEnd(job as DescribeBackupJobCommandOutput);
    return {
      state: job.State ?? 'unknown',
      jobId: job.BackupJobId,
      message: job.StatusMessage,
      // A running job already names its recovery point, which cannot be restored yet.
      recoveryPointArn: end && job.RecoveryPointArn,
      completedAt: end?.completedAt as number | undefined,
      ...late,
    };
  } catch (error) {
    if (isTransient(error)) throw error;
    // A job that cannot be described must not keep the group open. Its end is reported as unknown.
    return { state: 'unknown', jobId, message: describeError(error), ...late };
  }
}

/**
 * Finds the job of an instance that began since the intent was recorded (API_ListBackupJobs). A job of a backup plan, and
 * one into another vault, is not this run's.
 */
async function findJob(instanceId: string, vaultName: string, since: number): Promise<BackupJob | undefined> {
  const pages = paginateListBackupJobs(
    { client: backupIn(REGION) },
    {
      ByResourceArn: `arn:${PARTITION}:ec2:${REGION}:${ACCOUNT_ID}:instance/${instanceId}`,
      ByBackupVaultName: vaultName,
      ByCreatedAfter: new Date((since - SLACK_SECONDS) * 1000),
    },
  );
  for await (const { BackupJobs = [] } of pages) {
    const own = BackupJobs.find(({ CreatedBy }) => CreatedBy?.BackupPlanId === undefined);
    if (own) return own;
  }
  return undefined;
}
