import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { instanceStarted } from '../shared/waits/kinds/instance-started';
import { startWait } from '../shared/waits/waits';
import { confirmStop } from './confirm-stop';
import { noteCaught, noteInGroup, waitId } from './groups';
import { readRecords } from './records';
import { type GroupTaskInput, ofRun } from './settings';
import { countHandled } from './started-instances';
import { stopUnbegunJobs } from './unbegun-jobs';

interface Input extends GroupTaskInput {
  /** True if the state machine thaws instances while others are still being started. */
  inTurn?: boolean;
}

const REGION = requireEnv('AWS_REGION');
/** Long: the alternative is to leave an instance down. */
const DEADLINE_SECONDS = 2 * 3600;

/**
 * Starts only the instances that this run stopped, and waits until they run (and are online in SSM, if a post script
 * follows). Each look of the wait starts them again if needed. In turn, the wait also ends when some of them run, so that
 * these are thawed; the two hours count from the first start. Backup jobs that did not begin in time are stopped first.
 * Safe to repeat.
 */
export const handler = task(
  async ({ runId, isUndo, group: index, inTurn, failures, taskToken }: Input): Promise<void> => {
    const { run, group } = await readRecords(runId, index);
    const { settings, hasManyGroups, partition } = ofRun(run, { runId, isUndo, group: index });
    await noteCaught(group, failures);
    // The backup has done so.
    if (!group.backup) await confirmStop(group);
    await stopUnbegunJobs(group);
    const start = group.start ?? { intendedAt: nowSeconds() };
    if (!group.start) await noteInGroup(group, { start });
    const hasPostScript = settings.RemoteRunCommandDetails?.PostBackupScriptDetails !== undefined;
    const resources = group.stop?.instanceIds ?? [];
    await startWait(instanceStarted, {
      id: waitId(group, 'start'),
      region: REGION,
      resources,
      context: {
        stoppedAt: group.stop?.intendedAt ?? 0,
        startedAt: start.intendedAt,
        online: hasPostScript,
        ...(inTurn && hasPostScript && { settledBefore: countHandled(group) }),
      },
      deadlineSeconds: Math.max(0, start.intendedAt + DEADLINE_SECONDS - nowSeconds()),
      taskToken,
      partition,
      isOfMany: hasManyGroups,
      read: { earlier: group.waits.start },
      joins: hasManyGroups && resources.length > 0 && 'ifMany',
    });
  },
);
