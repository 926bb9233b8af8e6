import { ec2In } from '../shared/clients/ec2';
import { isoTime, nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { describeInstances, isGoneState } from '../shared/instances';
import { describeError, isTransient } from '../shared/task';
import { describeStart, isSilent, type StartNote } from '../shared/waits/kinds/instance-started';
import type { Settled, Wait } from '../shared/waits/waits';
import type { GroupInStep } from './groups';

/** The state of an instance that this run stopped, after its start. */
export interface StartEnd {
  /** EC2's state, or `unknown`. */
  state: string;
  /** Why the instance is not as it was before, and the names of the errors for which it is not. */
  problem?: string;
  /** What is left of the problem if the post script has ended well there. */
  delay?: string;
  behind?: string[];
  downtimeSeconds?: number;
  /** When it was launched by something else than this run. Seconds since 1970. */
  launchedByOthersAt?: number;
}

const REGION = requireEnv('AWS_REGION');

/**
 * Reads how the start of each instance ended that this run stopped. Of those that the wait did not see ready, EC2 is
 * asked again: "runs without SSM", "down", "terminated" and "unknown" need different steps of the operator. `stopped` are
 * the ends of the stop, `stepError` is
 * how the step itself failed, if it did. Throws transient errors. Reads only.
 */
export async function startEndsOf(
  group: GroupInStep,
  stopped: Record<string, Settled>,
  stepError: string,
): Promise<Record<string, StartEnd>> {
  const { stop, start } = group;
  if (!stop || stop.instanceIds.length === 0) return {};
  const wait = group.waits.start;
  const states = await statesNow(stop.instanceIds.filter((id) => wait?.settled[id]?.state !== 'running'));
  return Object.fromEntries(
    stop.instanceIds.map((instanceId) => {
      const settled = wait?.settled[instanceId];
      // A request to stop may wait for those of other groups: the instance runs meanwhile.
      const downSince = Number(stopped[instanceId]?.askedAt ?? stop.intendedAt);
      if (settled?.state === 'running') {
        const launchedAt = settled.launchedAt as number | undefined;
        const isByOthers = launchedAt !== undefined && start !== undefined && launchedAt < start.intendedAt;
        const end: StartEnd = {
          state: 'running',
          downtimeSeconds: (isByOthers ? Math.max(launchedAt, downSince) : settled.at) - downSince,
          ...(isByOthers && launchedAt > stop.intendedAt && { launchedByOthersAt: launchedAt }),
        };
        return [instanceId, end];
      }
      const end = notReady(instanceId, states, wait, downSince, stepError);
      return [instanceId, { ...end, behind: errorsBehind(instanceId, wait) }];
    }),
  );
}

function notReady(
  instanceId: string,
  states: Map<string, string> | string,
  wait: Wait | undefined,
  stoppedAt: number,
  stepError: string,
): StartEnd {
  const note = wait?.notes?.[instanceId] as StartNote | undefined;
  const known = typeof states === 'string' ? undefined : states.get(instanceId);
  const state = known ?? wait?.settled[instanceId]?.state ?? 'unknown';
  if (isGoneState(state)) return { state, problem: `it was terminated after the stop, not by this run (${state})` };
  const lookError = wait?.refusedSince || wait?.unansweredSince ? `the last look was refused: ${wait.lastError}` : '';
  const why = lookError || stepError;
  if (state === 'running') {
    const until = Math.min(nowSeconds(), wait?.deadline ?? 0);
    const isUnreached = note && wait?.context.online && !lookError && isSilent(note, until);
    return {
      state,
      problem: isUnreached
        ? 'it runs, but SSM does not reach it; check its SSM Agent'
        : `it runs now, and the run did not see it ready${why ? `: ${why}` : ''}; check it`,
      delay: isUnreached
        ? `it runs, but SSM did not reach it for ${Math.round((until - (note.runningAt ?? until)) / 60)} minutes after its start, and thawed it late; check its SSM Agent`
        : `it was thawed late: the run did not see it ready${why ? `: ${why}` : ''}`,
      ...(note?.runningAt !== undefined && { downtimeSeconds: note.runningAt - stoppedAt }),
    };
  }
  if (state === 'pending')
    return { state, problem: `it is still starting${why ? ` (${why})` : ''}; check that it runs` };
  if (state === 'unknown')
    return {
      state,
      problem: `it was stopped for the backup, and whether it runs is not known${typeof states === 'string' ? ` (${states})` : ''}; check it`,
    };
  if (state === 'stopping')
    return { state, problem: 'it was stopped for the backup and is still stopping; force its stop, then start it' };
  const since =
    note?.runningAt === undefined ? (!note && why) || describeStart(note) : `it ran at ${isoTime(note.runningAt)}`;
  return { state, problem: `it was stopped for the backup and is ${state}: ${since}; start it` };
}

function errorsBehind(instanceId: string, wait: Wait | undefined): string[] {
  const note = wait?.notes?.[instanceId] as StartNote | undefined;
  const ofLook = wait?.refusedSince || wait?.unansweredSince ? wait.lastErrorName : undefined;
  return [ofLook, note?.runningAt === undefined ? note?.refusedWith : undefined].flatMap((name) => name ?? []);
}

/** The states by instance, or why EC2 did not tell them. */
export async function statesNow(instanceIds: string[]): Promise<Map<string, string> | string> {
  try {
    const found = await describeInstances(ec2In(REGION), instanceIds);
    return new Map([...found].flatMap(([id, { State }]) => (State?.Name ? [[id, State.Name]] : [])));
  } catch (error) {
    if (isTransient(error)) throw error;
    return describeError(error);
  }
}
