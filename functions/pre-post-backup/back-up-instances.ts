import { createHash } from 'node:crypto';
import { StartBackupJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { errorName } from '../shared/error-name';
import { isGoneState } from '../shared/instances';
import { describeError, isTransient, task } from '../shared/task';
import { backupJob } from '../shared/waits/kinds/backup-job';
import { snapshotStarted } from '../shared/waits/kinds/snapshot-started';
import { startWait } from '../shared/waits/waits';
import { confirmStop } from './confirm-stop';
import { BackupRefusedError, InstanceNotStoppedError } from './errors';
import { type Group, type GroupInStep, type GroupInstance, noteInGroup, waitId } from './groups';
import type { Settings } from './input';
import { decideParticipants } from './participants';
import { readRecords } from './records';
import { backupDeadlineSeconds, type GroupTaskInput, maxMinutesStopped, ofRun } from './settings';

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const PARALLEL_STARTS = 5;

/**
 * Starts one backup job for each instance. Waits until the jobs end, or with `SnapshotStarted` until their snapshots begin.
 * Safe to repeat: the idempotency token follows from run and instance, so a job is never started twice.
 */
export const handler = task(async ({ runId, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const { run, group } = await readRecords(runId, index);
  const { settings, hasManyGroups, partition } = ofRun(run, { runId, group: index });
  const gone = await goneWhileStopping(group);
  const participants = decideParticipants(group, settings).instances;
  const instances = participants.filter(({ instanceId }) => !gone.includes(instanceId));
  const isEarly = settings.ResumeAfter === 'SnapshotStarted';
  const step = isEarly ? 'backup' : 'backupEnd';
  if (!group.backup) await noteInGroup(group, { backup: { intendedAt: nowSeconds(), step } });
  const jobs = await startJobs(group, instances, settings);
  await startWait(isEarly ? snapshotStarted : backupJob, {
    id: waitId(group, step),
    region: REGION,
    resources: Object.values(jobs),
    context: {
      instances: Object.fromEntries(Object.entries(jobs).map(([instanceId, jobId]) => [jobId, instanceId])),
      // A job may wait for hours, as while another job of the instance runs. A stopped instance must not.
      ...(group.stop?.instanceIds.length && { beginBy: group.stop.intendedAt + maxMinutesStopped(settings) * 60 }),
    },
    deadlineSeconds: backupDeadlineSeconds(settings),
    taskToken,
    partition,
    isOfMany: hasManyGroups,
    read: { earlier: group.waits[step] },
  });
});

/**
 * Starts a job for each instance that has none. What began is recorded before a failure counts, so no job is forgotten.
 * A refused job keeps the others from nothing: its reason is recorded for the report. Throws if no job began, and
 * transient errors.
 */
async function startJobs(
  group: Group,
  instances: GroupInstance[],
  settings: Settings,
): Promise<Record<string, string>> {
  const jobs: Record<string, string> = { ...group.jobs };
  const refusedJobs: Record<string, string> = { ...group.refusedJobs };
  const refusedWith = new Set(group.refusedWith);
  for (let first = 0; first < instances.length; first += PARALLEL_STARTS) {
    const batch = instances.slice(first, first + PARALLEL_STARTS).filter(({ instanceId }) => !jobs[instanceId]);
    if (batch.length === 0) continue;
    const answers = await Promise.allSettled(batch.map((instance) => startJob(group.runId, instance, settings)));
    const errors: unknown[] = [];
    answers.forEach((answer, index) => {
      const { instanceId = '' } = batch[index] ?? {};
      if (answer.status === 'fulfilled') jobs[instanceId] = answer.value;
      else if (isTransient(answer.reason)) errors.push(answer.reason);
      else {
        refusedJobs[instanceId] = describeError(answer.reason);
        refusedWith.add(errorName(answer.reason));
      }
    });
    await noteInGroup(group, { jobs, ...(refusedWith.size > 0 && { refusedJobs, refusedWith: [...refusedWith] }) });
    if (errors.length > 0) throw errors[0];
  }
  const refusals = Object.values(refusedJobs);
  if (Object.keys(jobs).length === 0 && refusals.length > 0) throw new BackupRefusedError(refusals[0]);
  return jobs;
}

/**
 * Returns the instances that ended instead of stopping, which is another person's work: they are left out, like those that
 * end during their pre script. Throws if any other one is not stopped, or none is left.
 */
async function goneWhileStopping(group: GroupInStep): Promise<string[]> {
  const wait = await confirmStop(group);
  const notStopped = (group.stop?.instanceIds ?? []).filter(
    (instanceId) => wait?.settled[instanceId]?.state !== 'stopped',
  );
  const gone = notStopped.filter((instanceId) => isGoneState(wait?.settled[instanceId]?.state));
  if (gone.length < notStopped.length || (gone.length > 0 && gone.length === group.instances.length)) {
    throw new InstanceNotStoppedError(
      `Not stopped, so not backed up: ${notStopped.map((id) => `${id} (${wait?.settled[id]?.state ?? 'unknown'})`).join(', ')}`,
    );
  }
  return gone;
}

async function startJob(runId: string, instance: GroupInstance, settings: Settings): Promise<string> {
  const {
    BackupVaultName,
    IamRoleArn,
    StartWindowMinutes,
    CompleteWindowMinutes,
    Lifecycle,
    RecoveryPointTags,
    WindowsVSS,
  } = settings.BackupDetails;
  const { BackupJobId } = await backupIn(REGION).send(
    new StartBackupJobCommand({
      BackupVaultName,
      IamRoleArn,
      ResourceArn: `arn:${PARTITION}:ec2:${REGION}:${ACCOUNT_ID}:instance/${instance.instanceId}`,
      IdempotencyToken: createHash('sha256').update(`${runId}#${instance.instanceId}`).digest('hex'),
      StartWindowMinutes,
      CompleteWindowMinutes,
      Lifecycle,
      RecoveryPointTags,
      // VSS exists on Windows only, and AWS Backup refuses the option elsewhere.
      BackupOptions: WindowsVSS && instance.isWindows ? { WindowsVSS: 'enabled' } : undefined,
    }),
  );
  if (!BackupJobId) throw new Error(`AWS Backup accepted the job for ${instance.instanceId} but named no job id.`);
  return BackupJobId;
}
