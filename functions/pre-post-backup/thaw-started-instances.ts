import { task } from '../shared/task';
import { cancelPreScript } from './cancel-pre-script';
import { readRecords } from './records';
import { sendScript } from './send-script';
import { type GroupTaskInput, ofRun } from './settings';
import { startedInstances } from './started-instances';

/**
 * Sends the post script to the instances that run again, while others of the group are still being started: an instance
 * is thawed as soon as it runs. Does not wait for the ends; the step Run Post Script does. Safe to repeat: a command that
 * was sent before is found again, not sent twice.
 */
export const handler = task(
  async ({ runId, isUndo, group: index }: Omit<GroupTaskInput, 'taskToken'>): Promise<void> => {
    const { run, group } = await readRecords(runId, index);
    const { settings } = ofRun(run, { runId, isUndo, group: index });
    const { PreBackupScriptDetails: preScript, PostBackupScriptDetails: script } =
      settings.RemoteRunCommandDetails ?? {};
    if (!script) return;
    await cancelPreScript(group, preScript);
    await sendScript(group, 'postScript', startedInstances(group), script);
  },
);
