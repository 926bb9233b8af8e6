import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { instanceStarted } from '../shared/waits/kinds/instance-started';
import { startWait } from '../shared/waits/waits';
import { getGroup, waitId } from './groups';
import { type GroupTaskInput, settingsOf } from './settings';

const REGION = requireEnv('AWS_REGION');
/** Long: the alternative is to leave an instance down. */
const DEADLINE_SECONDS = 2 * 3600;

/**
 * Starts only the instances that this run stopped, and waits until they run (and are online in SSM, if a post script
 * follows). Each look of the wait starts them again if needed. Safe to repeat.
 */
export const handler = task(async ({ runId, isUndo, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const group = await getGroup(runId, index);
  const settings = await settingsOf({ runId, isUndo });
  await startWait(instanceStarted, {
    id: waitId(group, 'start'),
    region: REGION,
    resources: group.stop?.instanceIds ?? [],
    context: {
      stoppedAt: group.stop?.intendedAt ?? 0,
      online: settings.RemoteRunCommandDetails?.PostBackupScriptDetails !== undefined,
    },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});
