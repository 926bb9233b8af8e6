import { getRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { allGroups, groupNumber, isTouched } from './groups';
import type { FleetRun } from './settings';

interface Output {
  /** The numbers of the groups that were begun and have no report. */
  groups: number[];
  hasPostScript: boolean;
}

/** Finds the groups that a run left open when its execution ended. The undo closes them. Reads only. */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const settings = (await getRun<FleetRun>(runId))?.settings;
  const groups: number[] = [];
  // Without settings the preflight did not end, and no instance was changed.
  if (!settings) return { groups, hasPostScript: false };
  for await (const group of allGroups(runId)) {
    if (!group.report && isTouched(group)) groups.push(groupNumber(group));
  }
  return { groups, hasPostScript: settings.RemoteRunCommandDetails?.PostBackupScriptDetails !== undefined };
});
