import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { ssmCommand } from '../shared/waits/kinds/ssm-command';
import { startWait } from '../shared/waits/waits';
import { cancelPreScript } from './cancel-pre-script';
import { isTouched, noteCaught, waitId } from './groups';
import { readRecords } from './records';
import { scriptDeadlineSeconds, sendScript } from './send-script';
import { type GroupTaskInput, ofRun } from './settings';
import { knownDown } from './started-instances';

const REGION = requireEnv('AWS_REGION');

/**
 * Runs the post script on every instance of the group that ran before and was not sent it yet, and waits for the ends on
 * all: every exit must thaw what the pre script froze. Instances that are known to be down are left out. A pre script
 * that still runs is cancelled first. Safe to repeat: a command that was sent before is found again, not sent twice.
 */
export const handler = task(
  async ({ runId, isUndo, group: index, failures, taskToken }: GroupTaskInput): Promise<void> => {
    const { run, group } = await readRecords(runId, index);
    await noteCaught(group, failures);
    const { settings, hasManyGroups, partition } = ofRun(run, { runId, isUndo, group: index });
    const { PreBackupScriptDetails: preScript, PostBackupScriptDetails: script } =
      settings.RemoteRunCommandDetails ?? {};
    const down = knownDown(group);
    const running = group.instances
      .filter(({ instanceId, wasRunning }) => wasRunning && !down.has(instanceId))
      .map(({ instanceId }) => instanceId);
    if (isTouched(group)) await cancelPreScript(group, preScript);
    const { commands = {} } = script && isTouched(group) ? await sendScript(group, 'postScript', running, script) : {};
    await startWait(ssmCommand, {
      id: waitId(group, 'postScript'),
      region: REGION,
      resources: Object.keys(commands),
      context: { instances: commands },
      deadlineSeconds: script ? scriptDeadlineSeconds(script) : 0,
      taskToken,
      partition,
      isOfMany: hasManyGroups,
      read: { earlier: group.waits.postScript },
    });
  },
);
