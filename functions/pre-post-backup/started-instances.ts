import type { StartNote } from '../shared/waits/kinds/instance-started';
import { getWait } from '../shared/waits/waits';
import { type Group, waitId } from './groups';

/** Returns the instances that this run stopped and that run again, as the wait for them has seen. */
export async function startedInstances(group: Group): Promise<string[]> {
  const { settled = {} } = (await getWait(waitId(group, 'start'))) ?? {};
  return Object.keys(settled).filter((instanceId) => settled[instanceId]?.state === 'running');
}

/**
 * Returns the instances that this run stopped and that are known to be down: they ended, or a look saw them stopped since
 * the last start. A script cannot run there, and stopping an instance ended what was frozen in its memory. What no look
 * told, and one that runs without SSM, is not among them.
 */
export async function knownDown(group: Group): Promise<Set<string>> {
  const wait = await getWait(waitId(group, 'start'));
  const isDown = (instanceId: string) => {
    const settled = wait?.settled[instanceId];
    return settled
      ? settled.state !== 'running'
      : (wait?.notes?.[instanceId] as StartNote | undefined)?.isDown === true;
  };
  return new Set((group.stop?.instanceIds ?? []).filter(isDown));
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
