import type { Instance } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ec2In } from '../../clients/ec2';
import { ssmIn } from '../../clients/ssm';
import { nowSeconds } from '../../clock';
import { errorName } from '../../error-name';
import { TransientServiceError } from '../../errors';
import { allOf } from '../../in-batches';
import { lacksCapacity, startInstances } from '../../instance-changes';
import { describeInstances } from '../../instances';
import { joined } from '../../joined-calls';
import { describeError, isTransient } from '../../task';
import { textInItem } from '../../text-in-item';
import { isGone, type MissingNote } from '../missing-instance';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';
import { EC2_EVENT } from './ec2-event';

// DescribeInstanceInformation takes at most 50 ids in its InstanceIds filter, as SendCommand does.
const SSM_BATCH_SIZE = 50;
/** What EC2 says of a start whose volumes it could not decrypt (re:Post, kms-iam-ec2-permission). */
const KEY_REASON = /^Client\.(InternalError|InvalidKMSKey)/;
const whenHeardFrom = joined(heardFrom);
const MAXIMUM_STARTS = 30;
/** The pause after the nth start is n times as long: 30 starts take almost two hours. */
const PAUSE_SECONDS = 15;
/** SSM's silence is noted no more often than this, as a note is a write. A look comes every five minutes at least. */
const SILENCE_SECONDS = 300;

/** What the looks found out about one instance that does not run yet. The report reads it. */
export interface StartNote extends MissingNote {
  starts: number;
  /** Seconds since 1970, as all times here. */
  nextStartAt: number;
  refusals: number;
  firstRefusal?: string;
  lastRefusal?: string;
  /** The name of the last one. */
  refusedWith?: string;
  /** Why EC2 stopped it again after a start that it accepted. */
  stateReason?: string;
  /** True if a look saw it down since the last start that EC2 accepted. */
  isDown?: true;
  /** When it was first seen running. */
  runningAt?: number;
  /** When SSM last answered that it does not reach it, to `SILENCE_SECONDS`. */
  silentAt?: number;
}

/**
 * Waits until instances run again, and with `context.online` until SSM has heard from them since `context.startedAt`:
 * after a short stop SSM still shows the old "Online". `context.stoppedAt` is the time of their stop.
 * A look starts an instance that is stopped, at most 30 times and with growing pauses, as EC2 may accept a start and stop
 * the instance again. No refusal ends the wait: until the deadline, leaving an instance down is never the answer.
 * With `context.settledBefore` the wait also ends as soon as more instances run than that, so that the caller can continue
 * with these. Safe to repeat: StartInstances does not change an instance that runs (API_StartInstances).
 */
export const instanceStarted: WaitKind = {
  name: 'instance-started',
  event: EC2_EVENT,
  actions: ['ec2:DescribeInstances', 'ec2:StartInstances', 'kms:CreateGrant', 'ssm:DescribeInstanceInformation'],
  delaySeconds: LOOKED_FOR,
  isPatient: true,
  async check(wait, instanceIds) {
    const instances = await describeInstances(ec2In(wait.region), instanceIds);
    const stoppedAt = new Date(Number(wait.context.stoppedAt ?? 0) * 1000);
    const settled: Record<string, Settled> = {};
    const running: string[] = [];
    const look = async (instanceId: string) => {
      const instance = instances.get(instanceId);
      const note: StartNote = {
        ...{ starts: 0, nextStartAt: 0, refusals: 0 },
        ...(wait.notes[instanceId] as StartNote | undefined),
      };
      wait.notes[instanceId] = note;
      if (instance) delete note.missingSince;
      const state = instance?.State?.Name ?? (isGone(note) ? 'terminated' : 'unknown');
      if (state === 'terminated' || state === 'shutting-down') settled[instanceId] = { state, at: nowSeconds() };
      if (state === 'stopped' || state === 'stopping') note.isDown = true;
      const wasStartedSince = instance?.LaunchTime !== undefined && instance.LaunchTime >= stoppedAt;
      if (state === 'running' && wasStartedSince) running.push(instanceId);
      // "running" with an old launch time is either true (it never stopped) or a stale answer: StartInstances knows.
      else if (state === 'running' || state === 'stopped') {
        if (instance && note.starts > 0) noteStateReason(note, instance);
        if (await isRunningAfterStart(wait, instanceId, note)) running.push(instanceId);
        shorten(note, Math.max(instanceIds.length, Object.keys(wait.notes).length));
      }
      if (running.includes(instanceId)) {
        note.runningAt ??= nowSeconds();
        delete note.isDown;
      }
    };
    await allOf(instanceIds.map(look));
    const since = Number(wait.context.startedAt ?? wait.startedAt);
    const ready = wait.context.online ? await onlineSince(ssmIn(wait.region), running, since) : running;
    for (const instanceId of running) {
      const note = wait.notes[instanceId] as StartNote;
      if (!ready.includes(instanceId) && nowSeconds() - (note.silentAt ?? 0) >= SILENCE_SECONDS)
        note.silentAt = nowSeconds();
    }
    for (const instanceId of ready) {
      const launchedAt = instances.get(instanceId)?.LaunchTime?.getTime();
      settled[instanceId] = {
        state: 'running',
        at: nowSeconds(),
        ...(launchedAt !== undefined && { launchedAt: Math.floor(launchedAt / 1000) }),
      };
    }
    return settled;
  },
  isEnough({ context, settled }) {
    return context.settledBefore !== undefined && Object.keys(settled).length > Number(context.settledBefore);
  },
  explain(wait, open) {
    return open
      .slice(0, 5)
      .map((instanceId) => `${instanceId}: ${describeStart(wait.notes?.[instanceId] as StartNote | undefined)}`)
      .join('; ');
  },
};

/** Says in words why an instance does not run, or is not reached, as far as the looks found out. */
export function describeStart(note: StartNote | undefined): string {
  if (!note) return 'no look at it was answered';
  if (isSilent(note, nowSeconds())) return 'it runs, but SSM does not reach it';
  if (note.runningAt !== undefined) return 'it runs, and the last looks at SSM came to no answer';
  const refusals =
    note.refusals > 1 && note.firstRefusal !== note.lastRefusal
      ? `first ${note.firstRefusal}; last ${note.lastRefusal}`
      : note.lastRefusal;
  return [
    note.refusals > 0 ? `it could not be started, refused ${note.refusals} times: ${refusals}` : '',
    note.stateReason ? `EC2 stopped it again after ${note.starts} starts: ${note.stateReason}` : '',
    KEY_REASON.test(note.stateReason ?? '') ? 'look at the KMS keys of its volumes' : '',
    note.refusals === 0 && !note.stateReason ? `no look saw it running after ${note.starts} starts` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

/** True if SSM was asked shortly before that time, and did not reach the instance: a look that was not made is no "no". */
export function isSilent({ silentAt }: StartNote, atSeconds: number): boolean {
  return silentAt !== undefined && atSeconds - silentAt <= 3 * SILENCE_SECONDS;
}

function noteStateReason(note: StartNote, { StateReason }: Instance): void {
  if (!StateReason?.Code || StateReason.Code === 'Client.UserInitiatedShutdown') return;
  note.stateReason = StateReason.Message?.startsWith(StateReason.Code)
    ? StateReason.Message
    : `${StateReason.Code}: ${StateReason.Message ?? ''}`;
}

/** EC2's refusals may be long, and the notes of a group of hundreds are one item. */
function shorten(note: StartNote, count: number): void {
  for (const key of ['firstRefusal', 'lastRefusal', 'stateReason'] as const)
    if (note[key] !== undefined) note[key] = textInItem(note[key], 3 * count);
}

/** Starts one instance if a start is due, with those that others start now; true if it was running. */
async function isRunningAfterStart(
  { region, mayAct }: Parameters<WaitKind['check']>[0],
  instanceId: string,
  note: StartNote,
): Promise<boolean> {
  if (note.starts >= MAXIMUM_STARTS || nowSeconds() < note.nextStartAt || !mayAct?.()) return false;
  const noteStart = () => {
    note.starts += 1;
    note.nextStartAt = nowSeconds() + note.starts * PAUSE_SECONDS;
  };
  try {
    const [change] = await startInstances(region, [instanceId]);
    if (change?.PreviousState?.Name === 'running') return true;
    noteStart();
    delete note.isDown;
  } catch (error) {
    // Not sent at all.
    if (error instanceof TransientServiceError) return false;
    // A throttled call is no start: the next look repeats it.
    if (!isTransient(error) || lacksCapacity(error)) noteStart();
    note.refusals += 1;
    note.lastRefusal = describeError(error);
    note.firstRefusal ??= note.lastRefusal;
    note.refusedWith = errorName(error);
  }
  return false;
}

async function onlineSince(ssm: SSMClient, instanceIds: string[], sinceSeconds: number): Promise<string[]> {
  if (instanceIds.length === 0) return [];
  const heard = await whenHeardFrom(ssm, instanceIds);
  return instanceIds.filter((instanceId) => (heard.get(instanceId) ?? 0) >= sinceSeconds);
}

/** When SSM last heard from the instances that are online, in seconds since 1970; one answer for all that ask now. */
async function heardFrom(ssm: SSMClient, lists: string[][]): Promise<Map<string, number>[]> {
  const heard = new Map<string, number>();
  const instanceIds = [...new Set(lists.flat())];
  for (let first = 0; first < instanceIds.length; first += SSM_BATCH_SIZE) {
    const { InstanceInformationList } = await ssm.send(
      new DescribeInstanceInformationCommand({
        Filters: [{ Key: 'InstanceIds', Values: instanceIds.slice(first, first + SSM_BATCH_SIZE) }],
        MaxResults: SSM_BATCH_SIZE,
      }),
    );
    for (const { InstanceId, PingStatus, LastPingDateTime } of InstanceInformationList ?? [])
      if (PingStatus === 'Online' && InstanceId) heard.set(InstanceId, (LastPingDateTime?.getTime() ?? 0) / 1000);
  }
  return lists.map(() => heard);
}
