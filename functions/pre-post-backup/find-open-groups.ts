import { task } from '../shared/task';
import { allGroups, isTouched } from './groups';
import { settingsOf } from './settings';

interface Output {
  /** The numbers of the groups to which something was done and whose end is not recorded. */
  groups: number[];
  hasPostScript: boolean;
}

/** Finds what a run left open when its execution ended, for the undo. Reads only. */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const settings = await settingsOf(runId);
  const groups: number[] = [];
  for await (const group of allGroups(runId)) {
    if (!group.report && isTouched(group)) groups.push(Number(group.item.replace('group#', '')));
  }
  return { groups, hasPostScript: settings.RemoteRunCommandDetails?.PostBackupScriptDetails !== undefined };
});
