import type { DescribeBackupJobOutput } from '@aws-sdk/client-backup';
import type { EfsToEfsRun } from '../functions/efs-to-efs/run';
import type { RunRecord } from '../functions/shared/runs/runs';
import type { Wait } from '../functions/shared/waits/waits';
import { localClock, localTime } from './dates';
import { duration } from './render/report';
import type { Session } from './session';

/** How far something is that a run waits for. */
export interface Progress {
  /** What it is, e.g. `backup job 0a1b…`, and how it stands, in the service's own word. */
  what: string;
  state: string;
  percent?: number;
  bytes?: number;
  totalBytes?: number;
  elapsedSeconds: number;
  /** Milliseconds since 1970. */
  expectedAt?: number;
  /** Why it is not further, e.g. why a job has not begun. */
  why?: string;
}

/** What can be looked up of a job while it runs; several thousand jobs are summed up by the run's groups. */
const LOOKED_AT = 5;
/** Of a backup job that AWS Backup has not begun. */
const WAITING_STATES = ['CREATED', 'PENDING'];

/** Looks at what a run's waits wait for. Kinds of waits that nothing is known of are named with their deadline. */
export async function progressOf(session: Session, waits: Wait[]): Promise<Progress[]> {
  const all = await Promise.all(
    waits.slice(0, LOOKED_AT).map(async (wait) => {
      const open = wait.resources.filter((resource) => !wait.settled[resource]);
      return Promise.all(open.slice(0, LOOKED_AT).map((resource) => look(session, wait, resource)));
    }),
  );
  return all.flat();
}

/** Looks at backup jobs by their ids. Those that cannot be looked at are left out. */
export async function backupJobs(
  session: Session,
  jobs: { id: string; region?: string }[],
): Promise<Map<string, Progress>> {
  const found = await Promise.all(
    jobs.map(async ({ id, region }): Promise<[string, Progress][]> => {
      try {
        return [[id, await lookAtBackupJob(session, id, region)]];
      } catch {
        return [];
      }
    }),
  );
  return new Map(found.flat());
}

async function lookAtBackupJob(session: Session, BackupJobId: string, region?: string): Promise<Progress> {
  const backup = await session.aws.client('backup', region);
  const job = await backup.describeBackupJob({ BackupJobId });
  const why = WAITING_STATES.includes(job.State ?? '') ? await whyNotBegun(session, job, region) : undefined;
  return {
    what: `backup of ${nameIn(job.ResourceArn)}`,
    state: job.State ?? 'waiting',
    ...percentOf(job.PercentDone),
    bytes: job.BytesTransferred,
    totalBytes: job.BackupSizeInBytes,
    elapsedSeconds: Math.max(0, (session.aws.now() - Number(job.CreationDate ?? session.aws.now())) / 1000),
    expectedAt: job.ExpectedCompletionDate?.getTime(),
    ...(why && { why }),
  };
}

/** Why AWS Backup has not begun a job: its own words, another job of the resource, or the window that it has for it. */
async function whyNotBegun(session: Session, job: DescribeBackupJobOutput, region?: string): Promise<string> {
  if (job.StatusMessage) return job.StatusMessage;
  try {
    const backup = await session.aws.client('backup', region);
    const { BackupJobs = [] } = await backup.listBackupJobs({ ByResourceArn: job.ResourceArn });
    const other = BackupJobs.find(
      ({ State = '', BackupJobId }) => State === 'RUNNING' && BackupJobId !== job.BackupJobId,
    );
    if (other) return `AWS Backup runs one job of a resource at a time, and ${other.BackupJobId} is running`;
  } catch {
    // To look is a courtesy.
  }
  return job.StartBy
    ? `AWS Backup begins it until ${localClock(job.StartBy)}, when it has capacity`
    : 'AWS Backup has not begun it';
}

async function look(session: Session, wait: Wait, resource: string): Promise<Progress> {
  const elapsedSeconds = Math.max(0, Math.floor(session.aws.now() / 1000) - wait.startedAt);
  const id = resource.split(/[:/]/).at(-1) ?? resource;
  const plain: Progress = { what: `${wait.kind.replaceAll('-', ' ')} ${id}`, state: 'waiting', elapsedSeconds };
  try {
    switch (wait.kind) {
      case 'backup-job': {
        return { ...(await lookAtBackupJob(session, resource, wait.region)), elapsedSeconds };
      }
      case 'copy-job': {
        const { CopyJob } = await (await session.aws.client('backup', wait.region)).describeCopyJob({
          CopyJobId: resource,
        });
        return {
          ...plain,
          what: `copy of ${nameIn(CopyJob?.ResourceArn)}`,
          state: CopyJob?.State ?? 'waiting',
          totalBytes: CopyJob?.BackupSizeInBytes,
        };
      }
      case 'restore-job': {
        const job = await (await session.aws.client('backup', wait.region)).describeRestoreJob({
          RestoreJobId: resource,
        });
        const minutes = job.ExpectedCompletionTimeMinutes;
        return {
          ...plain,
          what: `restore of ${nameIn(job.SourceResourceArn ?? job.CreatedResourceArn)}`,
          state: job.Status ?? 'waiting',
          ...percentOf(job.PercentDone),
          totalBytes: job.BackupSizeInBytes,
          ...(minutes && job.CreationDate && { expectedAt: job.CreationDate.getTime() + minutes * 60_000 }),
        };
      }
      case 'table-active':
      case 'table-back':
      case 'table-gone': {
        const dynamodb = await session.aws.client('dynamodb', wait.region);
        const { Table } = await dynamodb.describeTable({ TableName: id });
        return { ...plain, what: `table ${id}`, state: Table?.TableStatus ?? 'waiting' };
      }
      case 'approval':
        return { ...plain, what: 'approval', state: `awaited until ${localTime(wait.deadline * 1000)}` };
      default:
        return plain;
    }
  } catch (error) {
    // To look is a courtesy; a permission that is missing for it, say, must not end the watching.
    return { ...plain, state: `cannot be looked at (${(error as Error).name})` };
  }
}

/** How far the worker of an EFS-to-EFS run is, as it writes into the run's record; nothing of other runs. */
export function workOf(record: RunRecord): Progress | undefined {
  const { progress } = record as EfsToEfsRun;
  if (!progress) return undefined;
  return {
    what: `worker, ${progress.files} files`,
    state: progress.phase,
    percent: progress.share * 100,
    bytes: progress.bytes,
    elapsedSeconds: Math.max(0, progress.updatedAt - record.startedAt),
    ...(progress.expectedEndAt && { expectedAt: progress.expectedEndAt * 1000 }),
  };
}

/** One line: `backup of fs-0123 RUNNING 45.0 %, 90.0 of 200.0 GB, 12m 05s, expected until 22:41:00`. */
export function describeProgress({
  what,
  state,
  percent,
  bytes,
  totalBytes,
  elapsedSeconds,
  expectedAt,
  why,
}: Progress): string {
  const size = [bytes, totalBytes].flatMap((count) => (count === undefined ? [] : bytesText(count))).join(' of ');
  return [
    `${what} ${state}${percent === undefined ? '' : ` ${percent.toFixed(1)} %`}`,
    size,
    duration(elapsedSeconds),
    expectedAt && `expected until ${localClock(expectedAt)}`,
    why,
  ]
    .filter(Boolean)
    .join(', ');
}

/** `4.6 GB`, in powers of 1000. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function percentOf(text: string | undefined): { percent?: number } {
  const percent = Number.parseFloat(text ?? '');
  return Number.isNaN(percent) ? {} : { percent };
}

function nameIn(arn: string | undefined): string {
  return arn?.split(/[:/]/).at(-1) ?? '?';
}
