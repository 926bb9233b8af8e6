import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { ssmCommand } from '../shared/waits/kinds/ssm-command';
import { startWait } from '../shared/waits/waits';
import { waitId } from './groups';
import { readRecords } from './records';
import { scriptDeadlineSeconds, sendScript } from './send-script';
import { type GroupTaskInput, ofRun } from './settings';

const REGION = requireEnv('AWS_REGION');

/**
 * Runs the pre script on the group's running instances and waits for its end. The next step judges the result.
 * Safe to repeat: a command that was sent before is found again, not sent twice.
 */
export const handler = task(async ({ runId, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const { run, group } = await readRecords(runId, index);
  const { settings, hasManyGroups, partition } = ofRun(run, { runId, group: index });
  const script = settings.RemoteRunCommandDetails?.PreBackupScriptDetails;
  const running = group.instances.filter(({ wasRunning }) => wasRunning).map(({ instanceId }) => instanceId);
  const { commands = {} } = script ? await sendScript(group, 'preScript', running, script) : {};
  await startWait(ssmCommand, {
    id: waitId(group, 'preScript'),
    region: REGION,
    resources: Object.keys(commands),
    context: { instances: commands },
    deadlineSeconds: script ? scriptDeadlineSeconds(script) : 0,
    taskToken,
    partition,
    isOfMany: hasManyGroups,
    read: { earlier: group.waits.preScript },
  });
});
