import { spawnSync } from 'node:child_process';
import { HostileSource } from '../../scenarios/worker/race';
import type { Table } from '../bench/table';

/** Races all actions for so many minutes, and counts the changes outside. */
export async function benchRace(minutes: number): Promise<Table> {
  const hostile = new HostileSource();
  const until = Date.now() + minutes * 60_000;
  const runs = new Map<string, number>();
  const changes: string[] = [];
  const before = hostile.outside().join('\n');
  const race = async (action: string, target: string, act: () => void) => {
    await hostile.against(target, act);
    runs.set(action, (runs.get(action) ?? 0) + 1);
    if (hostile.outside().join('\n') !== before) changes.push(`${action}, with links to ${target}`);
  };
  try {
    hostile.directories.backup({ retain: 1 });
    while (Date.now() < until && changes.length === 0)
      for (const target of hostile.targets) {
        await race('backup, and removal of the copy before', target, () => {
          hostile.openTheCopies();
          hostile.directories.backup({ retain: 1 });
        });
        hostile.openTheCopies();
        await race('verify', target, () => hostile.verify());
        hostile.loseFiles();
        await race('preview and restore in place, with deletions', target, () => hostile.restoreInPlace());
        await race('restore into a new directory of his', target, () => hostile.restoreToHisDirectory());
        spawnSync('sh', [
          '-c',
          `rm -rf ${hostile.source('users')}/.replaced-by-* ${hostile.source('users/evil')}/*restored-*`,
        ]);
      }
  } finally {
    hostile.remove();
  }
  process.exitCode = changes.length > 0 ? 1 : 0;
  return {
    title: 'A user who swaps his directories for links, against root',
    columns: ['action', 'runs', 'changes outside'],
    rows: [...runs].map(([action, number]) => [
      action,
      number,
      changes.filter((change) => change.startsWith(action)).length,
    ]),
    notes: [`${minutes} minutes, as a user of its own, also within the copies.`, ...changes],
  };
}
