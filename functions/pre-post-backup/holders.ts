import { findLockHolder } from '../shared/runs/locks';

/** Names the other runs that hold instances. A stopping instance, for example, may be part of another run. Reads only. */
export async function holdersOf(instanceIds: readonly string[]): Promise<string[]> {
  const holders: string[] = [];
  for (const instanceId of instanceIds) {
    const holder = await findLockHolder(instanceId);
    if (holder) holders.push(`${instanceId} is in the run ${holder}; wait for it or stop it`);
  }
  return holders;
}
