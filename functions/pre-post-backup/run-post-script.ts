import { CancelCommandCommand } from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { nowSeconds, sleep } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { ssmCommand } from '../shared/waits/kinds/ssm-command';
import { getWait, startWait } from '../shared/waits/waits';
import { type Group, getGroup, isTouched, waitId } from './groups';
import { adoptSent, scriptDeadlineSeconds, sendScript } from './send-script';
import { type GroupTaskInput, settingsOf } from './settings';

const REGION = requireEnv('AWS_REGION');
/** An agent that does not answer never confirms the cancellation. An early thaw is better than no thaw. */
const CANCEL_SECONDS = 30;

/**
 * Runs the post script on every instance of the group that ran before, if a step was begun in the group: every exit
 * must thaw what the pre script froze. A pre script that still runs is cancelled first.
 * Safe to repeat: a command that was sent before is found again, not sent twice.
 */
export const handler = task(async ({ runId, isUndo, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const group = await getGroup(runId, index);
  const script = (await settingsOf({ runId, isUndo })).RemoteRunCommandDetails?.PostBackupScriptDetails;
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

/** Cancels a pre script that still runs, also one whose command id was never recorded. A thaw during a freeze has no effect. */
async function cancelPreScript(group: Group): Promise<void> {
  const commands = await adoptSent(group, 'preScript');
  const wait = await getWait(waitId(group, 'preScript'));
  let open = Object.keys(commands).filter((commandId) => !wait?.settled[commandId]);
  for (const CommandId of open) await ssmIn(REGION).send(new CancelCommandCommand({ CommandId }));
  const end = nowSeconds() + CANCEL_SECONDS;
  while (open.length > 0 && nowSeconds() < end) {
    const ended = await ssmCommand.check({ region: REGION, context: { instances: commands }, startedAt: 0 }, open);
    open = open.filter((commandId) => !ended[commandId]);
    if (open.length > 0) await sleep(2);
  }
}
