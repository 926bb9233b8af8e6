import { type BackupJob, ListBackupJobsCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { inBatches } from '../shared/in-batches';
import { logger } from '../shared/logger';
import { describeError, isTransient, task } from '../shared/task';
import { InstanceBusyError, StopProtectedError } from './errors';
import { getGroup } from './groups';
import type { GroupTaskInput } from './settings';
import { findStopProtected } from './stop-protection';

interface Input extends Omit<GroupTaskInput, 'taskToken'> {
  /** True if the preflight left the looks that cost a call an instance to the groups. */
  isLargeFleet?: boolean;
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const PARALLEL_LOOKS = 10;
/** AWS Backup runs one job of a resource at a time; a job in these states holds it (API_ListBackupJobs ByState). */
const BUSY_STATES = ['CREATED', 'PENDING', 'RUNNING', 'ABORTING'];

/**
 * Looks at each running instance of a group right before it is frozen and stopped: whether EC2 protects it against a stop,
 * and whether AWS Backup is busy with it. Then the instance would be down while another job of it runs. Throws
 * InstanceBusyError, which the state machine retries for half an hour, or StopProtectedError. A refused look is logged and
 * stops nothing. Reads only.
 */
export const handler = task(async ({ runId, group: index, isLargeFleet }: Input): Promise<void> => {
  const group = await getGroup(runId, index);
  const running = group.instances.filter(({ wasRunning }) => wasRunning).map(({ instanceId }) => instanceId);
  const isProtected = isLargeFleet ? await findStopProtected(running) : [];
  if (isProtected.length > 0)
    throw new StopProtectedError(
      `Nothing of this group was changed. EC2 protects ${isProtected.join(', ')} against a stop; turn the stop protection off (ModifyInstanceAttribute, DisableApiStop)`,
    );
  const busy: string[] = [];
  await inBatches(running, PARALLEL_LOOKS, async (instanceId) => {
    const job = await jobInTheWay(instanceId);
    if (job) busy.push(job);
  });
  if (busy.length > 0)
    throw new InstanceBusyError(
      `Nothing of this group was changed. AWS Backup runs one job of an instance at a time: ${busy.join('; ')}. Start again when these jobs have ended`,
    );
});

/** Describes the AWS Backup job that holds the instance. A refused look is logged and says nothing. */
async function jobInTheWay(instanceId: string): Promise<string | undefined> {
  const ByResourceArn = `arn:${PARTITION}:ec2:${REGION}:${ACCOUNT_ID}:instance/${instanceId}`;
  let job: BackupJob | undefined;
  try {
    const { BackupJobs = [] } = await backupIn(REGION).send(new ListBackupJobsCommand({ ByResourceArn }));
    job = BackupJobs.find(({ State = '' }) => BUSY_STATES.includes(State));
  } catch (error) {
    if (isTransient(error)) throw error;
    logger.warn('Could not look at the jobs of an instance', { instanceId, reason: describeError(error) });
  }
  if (!job) return undefined;
  return `${instanceId} has the backup job ${job.BackupJobId}, ${job.State} since ${job.CreationDate?.toISOString()}`;
}
