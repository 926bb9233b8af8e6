import { CancelCommandCommand } from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { nowSeconds, sleep } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { ssmCommand } from '../shared/waits/kinds/ssm-command';
import type { GroupInStep } from './groups';
import type { ScriptDetails } from './input';
import { adoptSent } from './send-script';

const REGION = requireEnv('AWS_REGION');
/** An agent that does not answer never confirms the cancellation. An early thaw is better than no thaw. */
const CANCEL_SECONDS = 30;

/** Cancels a pre script that still runs, also one whose command id was never recorded. A thaw during a freeze has no effect. */
export async function cancelPreScript(group: GroupInStep, script: ScriptDetails | undefined): Promise<void> {
  const commands = script ? await adoptSent(group, 'preScript', script) : {};
  const wait = group.waits.preScript;
  let open = Object.keys(commands).filter((commandId) => !wait?.settled[commandId]);
  for (const CommandId of open) await ssmIn(REGION).send(new CancelCommandCommand({ CommandId }));
  const end = nowSeconds() + CANCEL_SECONDS;
  while (open.length > 0 && nowSeconds() < end) {
    const look = { region: REGION, context: { instances: commands }, startedAt: nowSeconds(), notes: {} };
    const ended = await ssmCommand.check(look, open);
    open = open.filter((commandId) => !ended[commandId]);
    if (open.length > 0) await sleep(2);
  }
}
