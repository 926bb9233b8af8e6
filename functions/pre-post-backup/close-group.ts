import { isoTime } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { isGoneState } from '../shared/instances';
import type { StepInput } from '../shared/runs/runs';
import { task } from '../shared/task';
import { textInItem } from '../shared/text-in-item';
import type { LateNote } from '../shared/waits/kinds/backup-job';
import type { ScriptResult } from '../shared/waits/kinds/ssm-command';
import type { Settled } from '../shared/waits/waits';
import {
  type CaughtFailure,
  type Group,
  type GroupInStep,
  type GroupInstance,
  type InstanceResult,
  isTouched,
  noteInGroup,
} from './groups';
import type { Settings } from './input';
import { type JobEnd, jobEndOf } from './job-end';
import { decideParticipants, describeScript, mayHaveRun, type Participants, scriptResults } from './participants';
import { readRecords } from './records';
import { maxMinutesStopped, ofRun } from './settings';
import { type StartEnd, startEndsOf, statesNow } from './start-end';
import { unbegunJobs } from './unbegun-jobs';

interface Input extends StepInput {
  group: number;
  /** The errors that the state machine caught, in order. */
  failures: CaughtFailure[];
}

/** The recorded results of the group's steps, read once. */
interface Evidence {
  settings: Settings;
  participants: Participants;
  pre: ReturnType<typeof scriptResults>;
  post: ReturnType<typeof scriptResults>;
  stopped: Record<string, Settled>;
  starts: Record<string, StartEnd>;
  unbegun: string[];
  /** EC2's states of instances that this run did not stop, and on which the post script did not end well; or why not. */
  states: Map<string, string> | string;
  isUndo: boolean;
  /** The errors of the steps up to the backup, in words. Those of the way out stand with the instances they concern. */
  reason: string;
  /** The errors of the steps on the way out, in words. */
  outReason: string;
  /** How the steps failed that send the post script and wait for its end. */
  postReason: string;
}

/** Steps that bring instances back: their errors concern only the instances that are not back. */
const STEPS_OUT = ['Start Instances', 'Thaw Started Instances', 'Run Post Script'];

/**
 * Closes the group: writes one result for each instance, from the recorded steps and from the present answers of AWS
 * Backup and EC2. A group succeeds if every instance is backed up and is in its former state. Safe to repeat: a report
 * never changes.
 */
export const handler = task(async ({ runId, isUndo, group: index, ...given }: Input): Promise<{ outcome: string }> => {
  const { run, group } = await readRecords(runId, index);
  if (group.report) return { outcome: group.report.outcome };
  const failures = allFailures(group, given.failures);
  const { settings } = ofRun(run, { runId, isUndo, group: index });
  const stopped = group.waits.stop?.settled ?? {};
  const evidence: Evidence = {
    settings,
    participants: participantsOf(group, settings),
    pre: scriptResults(group, 'preScript'),
    post: scriptResults(group, 'postScript'),
    stopped,
    starts: await startEndsOf(group, stopped, reasonOf(failures, ['Start Instances'])),
    unbegun: unbegunJobs(group),
    states: new Map(),
    isUndo: isUndo ?? false,
    reason: reasonOf(failures.filter(({ step }) => !STEPS_OUT.includes(step))),
    outReason: reasonOf(failures, STEPS_OUT),
    postReason: reasonOf(failures, ['Thaw Started Instances', 'Run Post Script']),
  };
  evidence.states = await statesNow(
    group.instances
      .filter(
        (instance) => isThawDue(group, instance, settings) && evidence.post[instance.instanceId]?.status !== 'Success',
      )
      .map(({ instanceId }) => instanceId)
      .filter((instanceId) => !group.stop?.instanceIds.includes(instanceId)),
  );
  const results: InstanceResult[] = [];
  for (const instance of group.instances) results.push(await resultOf(group, instance, evidence));
  const outcome = results.every((result) => result.FailureMessage === '') ? 'SUCCEEDED' : 'FAILED';
  const behind = new Set([
    ...failures.map(({ error }) => error),
    ...(group.refusedWith ?? []),
    ...Object.values(evidence.starts).flatMap((start) => start.behind ?? []),
  ]);
  await noteInGroup(group, { report: { outcome, results, behind: [...behind] } });
  return { outcome };
});

function participantsOf(group: GroupInStep, settings: Settings): Participants {
  try {
    return decideParticipants(group, settings);
  } catch (error) {
    // The failures have its reason.
    if (!hasName(error, 'PreScriptFailedError')) throw error;
    return { instances: [], skipped: {}, crashConsistent: {} };
  }
}

async function resultOf(group: GroupInStep, instance: GroupInstance, evidence: Evidence): Promise<InstanceResult> {
  const { instanceId } = instance;
  const { settings, participants, starts } = evidence;
  const hasEnded = !group.jobs?.[instanceId] && isGoneState(evidence.stopped[instanceId]?.state);
  const isLeftOut = hasEnded || participants.skipped[instanceId] !== undefined;
  const job: JobEnd = isLeftOut
    ? { state: 'skipped' }
    : await jobEndOf(group, instanceId, settings.BackupDetails.BackupVaultName);
  const wasStopped = group.stop?.instanceIds.includes(instanceId) ?? false;
  const start = starts[instanceId];
  const post = evidence.post[instanceId];
  const pre = evidence.pre[instanceId];
  const problems = [describeBackup(group, instanceId, job, evidence)];
  // Decision 25: a script that ended well is the better witness.
  const isThawed = start?.state === 'running' && post?.status === 'Success';
  if (start?.problem && !isThawed) problems.push(start.problem);
  if (isThawDue(group, instance, settings) && pre?.status !== 'InstanceEnded' && post?.status !== 'Success')
    problems.push(describeThaw(instanceId, evidence));
  // The undo started the instances whether or not their backups had ended.
  if (evidence.isUndo && !problems.some(Boolean)) problems.push(evidence.reason);
  const warnings = [
    ...(group.refusedLooks?.[instanceId] ? [group.refusedLooks[instanceId]] : []),
    ...warningsOf(group, job, start, participants.crashConsistent[instanceId], evidence),
    ...(isThawed && start.delay ? [start.delay] : []),
  ];
  return {
    InstanceId: instanceId,
    ...(instance.name && { Name: instance.name }),
    PreBackupScriptStatus: pre?.status ?? 'skipped',
    StopEc2InstanceStatus: wasStopped ? (evidence.stopped[instanceId]?.state ?? 'unknown') : 'skipped',
    BackupJobStatus: job.state,
    StartEc2InstanceStatus: wasStopped ? (start?.state ?? 'unknown') : 'skipped',
    PostBackupScriptStatus: post?.status ?? 'skipped',
    // The results of a group are one item with its steps.
    FailureMessage: textInItem([...new Set(problems)].filter(Boolean).join('; '), 2 * group.instances.length),
    ...(warnings.length > 0 && { Warning: textInItem(warnings.join('; '), 2 * group.instances.length) }),
    ...(job.recoveryPointArn && { RecoveryPointArn: job.recoveryPointArn }),
    ...(start?.downtimeSeconds !== undefined && { DowntimeSeconds: start.downtimeSeconds }),
  };
}

function isThawDue(group: Group, { wasRunning }: GroupInstance, settings: Settings): boolean {
  return settings.RemoteRunCommandDetails?.PostBackupScriptDetails !== undefined && wasRunning && isTouched(group);
}

/** Says why the post script did not end well, and what that means. Nothing is frozen in the memory of an instance that ended. */
function describeThaw(instanceId: string, evidence: Evidence): string {
  const { starts, states, settings } = evidence;
  const [pre, post] = [evidence.pre[instanceId], evidence.post[instanceId]];
  const start = starts[instanceId];
  if (isGoneState(start?.state)) return '';
  if (start?.state === 'stopped' || start?.state === 'stopping') return 'its post script did not run';
  const state = typeof states === 'string' ? undefined : states.get(instanceId);
  if (isGoneState(state)) return `it was terminated, not by this run (${state}), and its post script did not run`;
  if (state === 'stopped' || state === 'stopping')
    return `it is ${state}, not by this run, and its post script did not run to its end`;
  const mayBeFrozen = settings.RemoteRunCommandDetails?.PreBackupScriptDetails && mayHaveRun(pre);
  return [
    `${describeScript('post', post)}${whyNotEnded(post, evidence)}`,
    ...(mayBeFrozen ? ['what the pre script froze may still be frozen'] : []),
    'run the post script',
  ].join('; ');
}

/** The error of the step, for a script of which SSM does not tell the end. */
function whyNotEnded(post: ScriptResult | undefined, { postReason }: Evidence): string {
  return postReason && (!post || post.status === 'Unknown') ? ` (${postReason})` : '';
}

/** Says why an instance is not backed up, or `""`. */
function describeBackup(group: Group, instanceId: string, job: JobEnd, evidence: Evidence): string {
  const skipReason = evidence.participants.skipped[instanceId];
  if (skipReason) return `skipped: ${skipReason}`;
  const refusal = group.refusedJobs?.[instanceId];
  if (refusal && !job.jobId) return `the backup job could not be started: ${refusal}`;
  const message = job.message ? `: ${job.message}` : '';
  if (job.jobId && evidence.unbegun.includes(job.jobId))
    return `backup did not begin within ${maxMinutesStopped(evidence.settings)} minutes of the stop (MaxMinutesStopped); ${describeStop(group, job.jobId, job.state)}${message}`;
  if (job.state === 'COMPLETED') return '';
  if (!group.jobs?.[instanceId] && isGoneState(evidence.stopped[instanceId]?.state)) return 'not backed up';
  if (evidence.reason) return evidence.reason;
  const isOpen = ['CREATED', 'PENDING', 'RUNNING'].includes(job.state);
  const why = isOpen && evidence.outReason ? `, and the run did not wait for its end: ${evidence.outReason}` : '';
  return `the backup job is ${job.state}${message}${why}`;
}

/** Says what became of a job that did not begin in time. */
function describeStop({ backup }: Group, jobId: string, state: string): string {
  // The step repeats: a stop that came before makes AWS Backup refuse the next one.
  const refusal = state === 'ABORTED' ? undefined : backup?.stopRefusals?.[jobId];
  const stop = backup?.jobsStoppedAt ? `the run stopped its job ${jobId}` : `its job ${jobId} was not stopped`;
  const mayComplete = ['CREATED', 'PENDING', 'RUNNING', 'unknown'].includes(state);
  return [
    refusal ? `the run could not stop its job ${jobId} (${refusal})` : stop,
    `which is ${state}`,
    ...(mayComplete ? ['and whose recovery point, if it makes one, is not of a stopped instance'] : []),
  ].join(', ');
}

function describeLate({ waitingAt, statusMessage }: LateNote, { backup }: Group): string {
  const minutes = Math.floor((waitingAt - (backup?.intendedAt ?? waitingAt)) / 60);
  return `its backup job had not begun ${minutes} minutes after it was asked for${statusMessage ? ` (${statusMessage})` : ''}`;
}

function warningsOf(
  group: Group,
  job: JobEnd,
  start: StartEnd | undefined,
  crashConsistent: string | undefined,
  { unbegun }: Evidence,
): string[] {
  const launchedAt = start?.launchedByOthersAt;
  const isLaunchedBeforeEnd =
    launchedAt !== undefined && (job.completedAt === undefined || launchedAt < job.completedAt);
  return [
    ...(crashConsistent ? [`crash-consistent only: ${crashConsistent}`] : []),
    ...(job.late && job.state !== 'skipped' ? [describeLate(job.late, group)] : []),
    ...(job.state === 'COMPLETED' && job.message ? [`completed with issues: ${job.message}`] : []),
    ...(isLaunchedBeforeEnd
      ? [
          `the instance was started at ${isoTime(launchedAt)}, not by this run, before its backup ended: the recovery point may not be of a stopped instance`,
        ]
      : []),
    ...(job.recoveryPointArn && job.jobId && unbegun.includes(job.jobId)
      ? [`the recovery point ${job.recoveryPointArn} was made all the same, but not of a stopped instance`]
      : []),
  ];
}

/** The undo of an execution that was cut off is not told what that had caught; the group has it. */
function allFailures({ caught = [] }: Group, failures: CaughtFailure[]): CaughtFailure[] {
  const isGiven = ({ step, error }: CaughtFailure) =>
    failures.some((failure) => failure.step === step && failure.error === error);
  return [...caught.filter((failure) => !isGiven(failure)), ...failures];
}

/** The errors that the state machine caught, of these steps or of all. */
function reasonOf(failures: Input['failures'], steps?: string[]): string {
  return failures
    .filter(({ step }) => !steps || steps.includes(step))
    .map(({ step, error, cause }) => {
      // The step that asks about the pre script has not failed itself.
      const where = error === 'PreScriptFailedError' ? '' : `${step}: `;
      return `${where}${error}${cause ? `: ${shorten(cause)}` : ''}`;
    })
    .join('; ');
}

/** Returns the error message from a state machine's cause. The cause is the failed Lambda's answer as JSON. */
function shorten(cause: string): string {
  try {
    return String((JSON.parse(cause) as { errorMessage?: unknown }).errorMessage ?? cause).slice(0, 1000);
  } catch {
    return cause.slice(0, 1000);
  }
}
