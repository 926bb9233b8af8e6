import type { StartNote } from '../shared/waits/kinds/instance-started';
import { getWait } from '../shared/waits/waits';
import { type Group, waitId } from './groups';

/** Returns the instances that this run stopped and that run again, as the wait for them has seen. */
export async function startedInstances(group: Group): Promise<string[]> {
  const { settled = {} } = (await getWait(waitId(group, 'start'))) ?? {};
  return Object.keys(settled).filter((instanceId) => settled[instanceId]?.state === 'running');
}

/**
 * Returns the instances that this run stopped and that no look has seen running since. A script cannot run there, and
 * stopping an instance ended what was frozen in its memory. One that runs without SSM is not among them.
 */
export async function knownDown(group: Group): Promise<Set<string>> {
  const wait = await getWait(waitId(group, 'start'));
  if (!wait) return new Set();
  const isUp = (instanceId: string) =>
    wait.settled[instanceId]
      ? wait.settled[instanceId].state === 'running'
      : (wait.notes?.[instanceId] as StartNote | undefined)?.runningAt !== undefined;
  return new Set((group.stop?.instanceIds ?? []).filter((instanceId) => !isUp(instanceId)));
}

/** Returns how many of the wait's instances need nothing more: they ended, or the post script was sent to them. */
export async function countHandled(group: Group): Promise<number> {
  const { settled = {} } = (await getWait(waitId(group, 'start'))) ?? {};
  const sent = new Set([
    ...Object.values(group.postScript?.commands ?? {}).flat(),
    ...(group.postScript?.unreachable ?? []),
  ]);
  return Object.entries(settled).filter(([instanceId, { state }]) => state !== 'running' || sent.has(instanceId))
    .length;
}
