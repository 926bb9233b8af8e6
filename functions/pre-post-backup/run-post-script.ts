import { CancelCommandCommand } from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { ssmCommand } from '../shared/wait-kinds/ssm-command';
import { getWait, startWait } from '../shared/waits';
import { type Group, getGroup, isTouched, waitId } from './groups';
import { scriptDeadlineSeconds, sendScript } from './send-script';
import { type GroupTaskInput, settingsOf } from './settings';

const REGION = requireEnv('AWS_REGION');

/**
 * Runs the post script on every instance of the group that ran before, if anything at all was done to the group: what a
 * pre script froze has to be thawed on every exit. A pre script that is still running is cancelled first.
 * Safe to repeat: a command that was sent is adopted, not sent again.
 */
export const handler = task(async ({ runId, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const group = await getGroup(runId, index);
  const script = (await settingsOf(runId)).RemoteRunCommandDetails?.PostBackupScriptDetails;
  const running = group.instances.filter(({ wasRunning }) => wasRunning).map(({ instanceId }) => instanceId);
  if (isTouched(group)) await cancelPreScript(group);
  const { commands = {} } = script && isTouched(group) ? await sendScript(group, 'postScript', running, script) : {};
  await startWait(ssmCommand, {
    id: waitId(group, 'postScript'),
    region: REGION,
    resources: Object.keys(commands),
    context: { instances: commands },
    deadlineSeconds: script ? scriptDeadlineSeconds(script) : 0,
    taskToken,
  });
});

async function cancelPreScript(group: Group): Promise<void> {
  const commandIds = Object.keys(group.preScript?.commands ?? {});
  if (commandIds.length === 0) return;
  const wait = await getWait(waitId(group, 'preScript'));
  for (const commandId of commandIds) {
    if (!wait?.settled[commandId]) await ssmIn(REGION).send(new CancelCommandCommand({ CommandId: commandId }));
  }
}
