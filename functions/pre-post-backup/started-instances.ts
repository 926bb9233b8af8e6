import type { StartNote } from '../shared/waits/kinds/instance-started';
import type { GroupInStep } from './groups';

/** Returns the instances that this run stopped and that run again, as the wait for them has seen. */
export function startedInstances({ waits }: GroupInStep): string[] {
  const { settled = {} } = waits.start ?? {};
  return Object.keys(settled).filter((instanceId) => settled[instanceId]?.state === 'running');
}

/**
 * Returns the instances that this run stopped and that are known to be down: they ended, or a look saw them stopped since
 * the last start. A script cannot run there, and stopping an instance ended what was frozen in its memory. What no look
 * told, and one that runs without SSM, is not among them.
 */
export function knownDown(group: GroupInStep): Set<string> {
  const wait = group.waits.start;
  const isDown = (instanceId: string) => {
    const settled = wait?.settled[instanceId];
    return settled
      ? settled.state !== 'running'
      : (wait?.notes?.[instanceId] as StartNote | undefined)?.isDown === true;
  };
  return new Set((group.stop?.instanceIds ?? []).filter(isDown));
}

/** Returns how many of the wait's instances need nothing more: they ended, or the post script was sent to them. */
export function countHandled(group: GroupInStep): number {
  const { settled = {} } = group.waits.start ?? {};
  const sent = new Set([
    ...Object.values(group.postScript?.commands ?? {}).flat(),
    ...(group.postScript?.unreachable ?? []),
  ]);
  return Object.entries(settled).filter(([instanceId, { state }]) => state !== 'running' || sent.has(instanceId))
    .length;
}
