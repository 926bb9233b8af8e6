import { DescribeBackupJobCommand, type DescribeBackupJobCommandOutput } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import type { StepInput } from '../shared/runs/runs';
import { describeError, isTransient, task } from '../shared/task';
import { backupJobEnd } from '../shared/waits/kinds/backup-job';
import { getWait, type Settled } from '../shared/waits/waits';
import { type Group, type GroupInstance, getGroup, type InstanceResult, noteInGroup, waitId } from './groups';
import type { Settings } from './input';
import { decideParticipants, describeScript, type Participants, scriptResults } from './participants';
import { settingsOf } from './settings';

interface Input extends StepInput {
  group: number;
  /** The errors that the state machine caught, in order. */
  failures: { step: string; error: string; cause?: string }[];
}

/** The recorded results of the group's steps, read once. */
interface Evidence {
  settings: Settings;
  participants: Participants;
  pre: Awaited<ReturnType<typeof scriptResults>>;
  post: Awaited<ReturnType<typeof scriptResults>>;
  stopped: Record<string, Settled>;
  started: Record<string, Settled>;
}

const REGION = requireEnv('AWS_REGION');

/**
 * Closes the group: writes one result for each instance, from the recorded steps and from AWS Backup's present answer.
 * A group succeeds if every instance is backed up and is in its former state. Safe to repeat: a report never changes.
 */
export const handler = task(async ({ runId, isUndo, group: index, failures }: Input): Promise<{ outcome: string }> => {
  const group = await getGroup(runId, index);
  if (group.report) return { outcome: group.report.outcome };
  const settings = await settingsOf({ runId, isUndo });
  const evidence: Evidence = {
    settings,
    participants: await decideParticipants(group, settings).catch(() => ({
      instances: [],
      skipped: {},
      crashConsistent: {},
    })),
    pre: await scriptResults(group, 'preScript'),
    post: await scriptResults(group, 'postScript'),
    stopped: (await getWait(waitId(group, 'stop')))?.settled ?? {},
    started: (await getWait(waitId(group, 'start')))?.settled ?? {},
  };
  const reason = failures
    .map(({ step, error, cause }) => `${step}: ${error}${cause ? `: ${shorten(cause)}` : ''}`)
    .join('; ');
  const results: InstanceResult[] = [];
  for (const instance of group.instances) results.push(await resultOf(group, instance, evidence, reason));
  const outcome =
    results.every((result) => result.FailureMessage === '') && failures.length === 0 ? 'SUCCEEDED' : 'FAILED';
  await noteInGroup(group, { report: { outcome, results } });
  return { outcome };
});

async function resultOf(
  group: Group,
  instance: GroupInstance,
  evidence: Evidence,
  reason: string,
): Promise<InstanceResult> {
  const { instanceId } = instance;
  const { settings, participants } = evidence;
  const scripts = settings.RemoteRunCommandDetails;
  const job = await jobOf(group, instanceId);
  const wasStopped = group.stop?.instanceIds.includes(instanceId) ?? false;
  const started = evidence.started[instanceId];
  const problems: string[] = [];
  const post = evidence.post[instanceId];

  const skipReason = participants.skipped[instanceId];
  if (skipReason) problems.push(`skipped: ${skipReason}`);
  else if (job.state !== 'COMPLETED')
    problems.push(reason || `the backup job is ${job.state}${job.message ? `: ${job.message}` : ''}`);
  if (wasStopped && started?.state !== 'running')
    problems.push(
      `it was stopped for the backup and is not known to run again; start it${reason ? ` (${reason})` : ''}`,
    );
  const postWasDue = scripts?.PostBackupScriptDetails && instance.wasRunning && group.postScript;
  if (postWasDue && post?.status !== 'Success')
    problems.push(`${describeScript('post', post)}; what the pre script froze may still be frozen`);
  if (problems.length === 0 && reason) problems.push(reason);

  const crashConsistent = participants.crashConsistent[instanceId];
  const warnings = [
    ...(crashConsistent ? [`crash-consistent only: ${crashConsistent}`] : []),
    ...(job.state === 'COMPLETED' && job.message ? [`completed with issues: ${job.message}`] : []),
  ];
  return {
    InstanceId: instanceId,
    PreBackupScriptStatus: evidence.pre[instanceId]?.status ?? 'skipped',
    StopEc2InstanceStatus: wasStopped ? (evidence.stopped[instanceId]?.state ?? 'unknown') : 'skipped',
    BackupJobStatus: job.state,
    StartEc2InstanceStatus: wasStopped ? (started?.state ?? 'unknown') : 'skipped',
    PostBackupScriptStatus: post?.status ?? 'skipped',
    FailureMessage: [...new Set(problems)].join('; '),
    ...(warnings.length > 0 && { Warning: warnings.join('; ') }),
    ...(job.recoveryPointArn && { RecoveryPointArn: job.recoveryPointArn }),
    ...(wasStopped && started && group.stop && { DowntimeSeconds: started.at - group.stop.intendedAt }),
  };
}

/** Reads the job's end from AWS Backup. Needed for jobs whose wait did not finish. */
async function jobOf(
  group: Group,
  instanceId: string,
): Promise<{ state: string; message?: string; recoveryPointArn?: string }> {
  const jobId = group.jobs?.[instanceId];
  if (!jobId) return group.backup ? { state: 'unknown' } : { state: 'skipped' };
  const wait = await getWait(waitId(group, 'backupEnd'));
  const settled = wait?.settled[jobId];
  if (settled)
    return {
      state: settled.state,
      message: settled.statusMessage as string,
      recoveryPointArn: settled.recoveryPointArn as string,
    };
  let job: DescribeBackupJobCommandOutput;
  try {
    job = await backupIn(REGION).send(new DescribeBackupJobCommand({ BackupJobId: jobId }));
  } catch (error) {
    if (isTransient(error)) throw error;
    // A job that cannot be described must not keep the group open. Its end is reported as unknown.
    return { state: 'unknown', message: describeError(error) };
  }
  const end = backupJobEnd(job);
  // A running job already names its recovery point, which cannot be restored yet.
  return { state: job.State ?? 'unknown', message: job.StatusMessage, recoveryPointArn: end && job.RecoveryPointArn };
}

/** Returns the error message from a state machine's cause. The cause is the failed Lambda's answer as JSON. */
function shorten(cause: string): string {
  try {
    return String((JSON.parse(cause) as { errorMessage?: unknown }).errorMessage ?? cause).slice(0, 1000);
  } catch {
    return cause.slice(0, 1000);
  }
}
