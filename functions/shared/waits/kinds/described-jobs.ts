import {
  type BackupClient,
  type BackupJob,
  DescribeBackupJobCommand,
  type DescribeBackupJobCommandOutput,
  paginateListBackupJobs,
} from '@aws-sdk/client-backup';
import { backupIn } from '../../clients/backup';
import { inBatches } from '../../in-batches';
import { joined } from '../../joined-calls';
import { logger } from '../../logger';
import { describeError, isTransient } from '../../task';
import type { Wait, WaitEvent } from '../waits';

/** What both ways to ask for a backup job say of it. */
export type DescribedJob = BackupJob | DescribeBackupJobCommandOutput;

interface Asked {
  jobIds: string[];
  startedAt: number;
  /** A role that a caller named may be allowed to describe jobs only. */
  mayList: boolean;
}

/** AWS Backup's news about a job. A new job tells nothing. */
export const BACKUP_EVENT: WaitEvent = {
  source: 'aws.backup',
  detailType: 'Backup Job State Change',
  resource: 'backupJobId',
  ignoredStates: ['CREATED', 'PENDING'],
};
const PARALLEL_LOOKS = 10;
/** So many waits that are looked at together list jobs: a page has 1,000 (API_ListBackupJobs). */
const MANY = 3;
const PAGE_SIZE = 1000;
const OPEN_STATES = ['CREATED', 'PENDING', 'RUNNING', 'ABORTING'];
/** A wait begins soon after its jobs. A job that is not in the list is asked for by itself. */
const MARGIN_SECONDS = 600;

const describe = joined(describeAll);

/**
 * The jobs of a wait, as `context.assumeRoleArn` or as this function. Waits that are looked at together share a list, which
 * only says which jobs still run: what a list does not show, or shows as ended, is described by itself.
 */
export async function describeJobs(
  { region, context, startedAt }: Pick<Wait, 'region' | 'context' | 'startedAt'>,
  jobIds: string[],
): Promise<Map<string, DescribedJob>> {
  const role = context.assumeRoleArn as string | undefined;
  return describe(backupIn(region, role), { jobIds, startedAt, mayList: !role });
}

async function describeAll(backup: BackupClient, asked: Asked[]): Promise<Map<string, DescribedJob>[]> {
  const wanted = new Set(asked.flatMap(({ jobIds }) => jobIds));
  const found = new Map<string, DescribedJob>();
  if (asked.length >= MANY && asked.every(({ mayList }) => mayList)) {
    const since = Math.min(...asked.map(({ startedAt }) => startedAt)) - MARGIN_SECONDS;
    for (const job of await listOpen(backup, since, wanted.size)) {
      if (job.BackupJobId && wanted.has(job.BackupJobId)) found.set(job.BackupJobId, job);
    }
  }
  await inBatches(
    [...wanted].filter((jobId) => !found.has(jobId)),
    PARALLEL_LOOKS,
    async (jobId) => {
      found.set(jobId, await backup.send(new DescribeBackupJobCommand({ BackupJobId: jobId })));
    },
  );
  return asked.map(
    ({ jobIds }) => new Map(jobIds.flatMap((id) => (found.has(id) ? [[id, found.get(id)] as never] : []))),
  );
}

/** The jobs created since then that still run, newest first; no more pages than single looks would be requests. */
async function listOpen(backup: BackupClient, since: number, wanted: number): Promise<BackupJob[]> {
  try {
    return await listPages(backup, since, wanted);
  } catch (error) {
    if (isTransient(error)) throw error;
    logger.warn('Could not list backup jobs', { reason: describeError(error) });
    return [];
  }
}

async function listPages(backup: BackupClient, since: number, wanted: number): Promise<BackupJob[]> {
  const open: BackupJob[] = [];
  let pages = 0;
  for await (const { BackupJobs = [] } of paginateListBackupJobs(
    { client: backup, pageSize: PAGE_SIZE },
    { ByCreatedAfter: new Date(since * 1000) },
  )) {
    open.push(...BackupJobs.filter(({ State = '' }) => OPEN_STATES.includes(State)));
    pages += 1;
    if (pages >= wanted) break;
  }
  return open;
}
