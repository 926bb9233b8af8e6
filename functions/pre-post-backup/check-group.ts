import { type BackupJob, paginateListBackupJobs } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { retryCount } from '../shared/current-run';
import { inBatches } from '../shared/in-batches';
import { describeError, task, throwIfEarly } from '../shared/task';
import { InstanceBusyError, StopProtectedError } from './errors';
import { getGroup, noteInGroup } from './groups';
import type { GroupTaskInput } from './settings';
import { findStopProtected } from './stop-protection';

interface Input extends Omit<GroupTaskInput, 'taskToken'> {
  /** False if only a pre script follows; absent where a release before sent only groups that are stopped. */
  isStopRequired?: boolean;
  /** True if the preflight left the looks that cost a call an instance to the groups. */
  isLargeFleet?: boolean;
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const PARALLEL_LOOKS = 10;
/** The state's last attempt: it is retried so often for InstanceBusyError. */
const LAST_RETRY = 30;
/** AWS Backup runs one job of a resource at a time; a job in these states holds it (API_ListBackupJobs ByState). */
const BUSY_STATES = ['CREATED', 'PENDING', 'RUNNING', 'ABORTING'];

/**
 * Looks at each running instance of a group right before it is frozen and stopped: whether EC2 protects it against a stop,
 * and whether AWS Backup is busy with it. Then the instance would be down, or frozen, while another job of it runs. Throws
 * InstanceBusyError, which the state machine retries for half an hour, or StopProtectedError. Without a stop the pre script
 * runs all the same in the end: it may well freeze nothing. That, and a refused look, is noted for the report. Safe to repeat.
 */
export const handler = task(async ({ runId, group: index, ...given }: Input): Promise<void> => {
  const { isLargeFleet, isStopRequired = true } = given;
  const group = await getGroup(runId, index);
  const running = group.instances.filter(({ wasRunning }) => wasRunning).map(({ instanceId }) => instanceId);
  const { found: isProtected, refused } =
    isStopRequired && isLargeFleet ? await findStopProtected(running) : { found: [], refused: {} };
  if (isProtected.length > 0)
    throw new StopProtectedError(
      `Nothing of this group was changed. EC2 protects ${isProtected.join(', ')} against a stop; turn the stop protection off (ModifyInstanceAttribute, DisableApiStop)`,
    );
  const busy: string[] = [];
  const isLast = !isStopRequired && retryCount() >= LAST_RETRY;
  await inBatches(running, PARALLEL_LOOKS, async (instanceId) => {
    const { job, refusal } = await jobInTheWay(instanceId);
    if (job && !isLast) busy.push(job);
    const remark = job && isLast ? `${job}, and its pre script ran all the same` : refusal;
    if (remark) refused[instanceId] = [refused[instanceId], remark].filter(Boolean).join('; ');
  });
  if (Object.keys(refused).length > 0) await noteInGroup(group, { refusedLooks: refused });
  if (busy.length > 0)
    throw new InstanceBusyError(
      `Nothing of this group was changed. AWS Backup runs one job of an instance at a time: ${busy.join('; ')}. Start again when these jobs have ended`,
    );
});

/** Describes the AWS Backup job that holds the instance, or why that could not be looked up. */
async function jobInTheWay(instanceId: string): Promise<{ job?: string; refusal?: string }> {
  const ByResourceArn = `arn:${PARTITION}:ec2:${REGION}:${ACCOUNT_ID}:instance/${instanceId}`;
  let job: BackupJob | undefined;
  try {
    for await (const { BackupJobs = [] } of paginateListBackupJobs({ client: backupIn(REGION) }, { ByResourceArn })) {
      job = BackupJobs.find(({ State = '' }) => BUSY_STATES.includes(State));
      if (job) break;
    }
  } catch (error) {
    throwIfEarly(error);
    return { refusal: `whether AWS Backup is busy with it could not be looked up (${describeError(error)})` };
  }
  if (!job) return {};
  const described = `${instanceId} has the backup job ${job.BackupJobId}, ${job.State} since ${job.CreationDate?.toISOString()}`;
  return { job: described };
}
