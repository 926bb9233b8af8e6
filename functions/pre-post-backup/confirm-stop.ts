import { isLookedAt, type Wait } from '../shared/waits/waits';
import { type GroupInStep, noteInGroup } from './groups';

/**
 * Takes out of the record what this run did not stop: instances that somebody else had stopped before its first request,
 * and all of them if no look for the stop was ever begun. Without that evidence an instance counts as stopped by this run,
 * for then it is started. Returns the wait for the stop. Safe to repeat.
 */
export async function confirmStop(group: GroupInStep): Promise<Wait | undefined> {
  const { stop, waits } = group;
  const wait = waits.stop;
  if (!stop || !wait?.context.asks) return wait;
  const isOurs = (instanceId: string) => isLookedAt(wait) && !wait.settled[instanceId]?.isByOthers;
  const instanceIds = stop.instanceIds.filter(isOurs);
  if (instanceIds.length < stop.instanceIds.length) await noteInGroup(group, { stop: { ...stop, instanceIds } });
  return wait;
}
