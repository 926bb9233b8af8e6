import type { Execution } from '../../simulator/asl/execution';
import { notOwnWork, runRecords } from '../own-work';
import { settleWithin } from '../settle';
import type { Simulation } from '../simulation';
import { unclear } from '../telling';
import type { InstanceLine } from './fleet';
import { RUNNING, STOPPED } from './small-fleet';

/** Longer than every deadline of the workflow on the way to a small fleet's end, except that of a backup job. */
const DEADLINE_SECONDS = 24 * 3600;

/** Lets the run come to its end, undo included, and then lets waits of no task be dropped. */
export async function settle(simulation: Simulation, execution: Execution): Promise<void> {
  await settleWithin(simulation, execution, DEADLINE_SECONDS);
}

/** What must hold after every run, whatever went wrong on the way; returns what does not. */
export function brokenInvariants(simulation: Simulation, execution: Execution): string[] {
  const told = [...new Set(simulation.region.sns.published.map(({ subject, message }) => `${subject}\n${message}`))];
  const isNamed = (instanceId: string) =>
    told.some((text) => text.startsWith('FAILED') && (text.includes(instanceId) || text.includes('not undone')));
  const broken: string[] = [];
  const hold = (condition: boolean, what: string) => {
    if (!condition) broken.push(what);
  };

  const records = runRecords(simulation);
  const outcome = records[0]?.outcome;
  hold(records.length === 1, `${records.length} run records`);
  hold(
    records.every(({ open, finishedAt }) => !open && finishedAt !== undefined),
    'the run record is not closed',
  );
  // A run that could not be closed is notified again, under the same subject.
  const subjects = [...new Set(told.map((text) => text.split('\n')[0]))];
  hold(subjects.length === 1, `${subjects.length} final notifications: ${subjects.join(', ')}`);
  hold(
    told.every((text) => text.startsWith(String(outcome))),
    'the notification and the record say different things',
  );
  hold(execution.status !== 'SUCCEEDED' || outcome === 'SUCCEEDED', 'the execution succeeded, the run did not');
  broken.push(...notOwnWork(simulation, execution));
  broken.push(...unclear(simulation, told, RUNNING));

  for (const instanceId of RUNNING) {
    const state = simulation.region.ec2.instance(instanceId)?.state;
    hold(
      state === 'running' || isNamed(instanceId),
      `${instanceId} ran before, is ${state} now, and no message says so`,
    );
    const isThawed = wasThawed(simulation, instanceId);
    hold(isThawed || isCalledFrozen(told, instanceId), `${instanceId} is frozen, and no message says so`);
    hold(
      outcome !== 'SUCCEEDED' || (state === 'running' && isThawed),
      `${instanceId} is not as it was after a success`,
    );
  }
  hold(simulation.region.ec2.instance(STOPPED)?.state === 'stopped', 'what was stopped before runs now');
  const report = records[0]?.report as { Instances?: InstanceLine[] } | undefined;
  for (const line of report?.Instances ?? []) broken.push(...misleading(simulation, line));
  broken.push(...twice(simulation));

  const points = simulation.region.backup.snapshot().recoveryPoints.filter(({ Status }) => Status === 'COMPLETED');
  for (const instanceId of [...RUNNING, STOPPED]) {
    const isBackedUp = points.some(({ ResourceArn }) => ResourceArn.endsWith(instanceId));
    hold(outcome !== 'SUCCEEDED' || isBackedUp, `the run succeeded without a recovery point of ${instanceId}`);
  }
  // A run that was given up keeps no lock from its successors: theirs replace those of a closed run.
  const isGivenUp = records[0]?.undoAttempts === 3;
  hold(isGivenUp || simulation.items('LocksTable').length === 0, 'a lock is left');
  hold(!simulation.items('WaitsTable').some(({ due }) => due), 'a wait is open');
  return broken;
}

/** Whether the line of the instance says it, or the message that nobody could look. */
function isCalledFrozen(told: string[], instanceId: string): boolean {
  const failed = told.filter((text) => text.startsWith('FAILED'));
  const lines = failed.flatMap((text) => text.split('\n')).filter((line) => line.includes(instanceId));
  return (
    lines.some((line) => /frozen|post script/.test(line)) ||
    failed.some((text) => /not undone|applications may be frozen/.test(text))
  );
}

/** Whether a post script ended well after the last pre script on the instance had ended, if there was one. */
function wasThawed(simulation: Simulation, instanceId: string): boolean {
  const ran = simulation.region.ssm.ranScripts.filter((script) => script.instanceId === instanceId);
  const lastPre = ran.filter(({ commandLine }) => commandLine === 'pre.sh').at(-1);
  if (!lastPre) return true;
  const endedAt = lastPre.endedAt;
  return ran.some(
    ({ commandLine, status, startedAt }) =>
      commandLine === 'post.sh' && status === 'Success' && endedAt !== undefined && startedAt >= endedAt,
  );
}

function twice(simulation: Simulation): string[] {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { Commands = [] } of [simulation.region.ssm.ListCommands({})]) {
    for (const { InstanceIds = [], Comment } of Commands) {
      for (const instanceId of InstanceIds) count(`command "${Comment?.split(' ')[1]}" for ${instanceId}`);
    }
  }
  for (const { ResourceArn } of simulation.region.backup.ListBackupJobs({}).BackupJobs ?? []) {
    count(`backup job for ${ResourceArn?.split('/').at(-1)}`);
  }
  return [...counts].filter(([, times]) => times > 1).map(([what, times]) => `${times} times a ${what}`);
}

/** What a line says that sends the operator the wrong way: from the message alone one can tell what to do. */
function misleading(simulation: Simulation, line: InstanceLine): string[] {
  const { InstanceId, FailureMessage, StartEc2InstanceStatus, DowntimeSeconds } = line;
  const state = simulation.region.ec2.instance(InstanceId)?.state;
  const broken: string[] = [];
  if (FailureMessage.includes('start it') && state === 'running')
    broken.push(`${InstanceId} runs, and the message says to start it`);
  if (DowntimeSeconds !== undefined && StartEc2InstanceStatus !== 'running')
    broken.push(`${InstanceId} has a downtime that has not ended`);
  if (StartEc2InstanceStatus === 'running' && state === 'stopped')
    broken.push(`${InstanceId} is called running and is stopped`);
  return broken;
}
