import { type CommandInvocation, ListCommandsCommand, paginateListCommandInvocations } from '@aws-sdk/client-ssm';
import { ssmIn } from '../../clients/ssm';
import { nowSeconds } from '../../clock';
import type { Settled, WaitKind } from '../waits';

/** The statuses in which an invocation or a command may still change (Systems Manager, "Understanding command statuses"). */
const OPEN_STATUSES: string[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

/** How a script ended on one instance: SSM's own status, or `NoInvocation` when SSM never sent it there. */
export interface ScriptResult {
  status: string;
  detail?: string;
}

/**
 * Waits for Run Command commands. Resources are command ids; `context.instances` maps each to the instances it was sent
 * to. A command has ended when every one of them has an invocation that ended, or when the command as a whole has: an
 * empty list right after SendCommand means "not yet", never "done".
 */
export const ssmCommand: WaitKind = {
  name: 'ssm-command',
  async check(wait, commandIds) {
    const ssm = ssmIn(wait.region);
    const sentTo = wait.context.instances as Record<string, string[]>;
    const settled: Record<string, Settled> = {};
    for (const commandId of commandIds) {
      const results: Record<string, ScriptResult> = {};
      for await (const page of paginateListCommandInvocations({ client: ssm }, { CommandId: commandId })) {
        for (const invocation of page.CommandInvocations ?? []) addResult(results, invocation);
      }
      const missing = (sentTo[commandId] ?? []).filter((instanceId) => !results[instanceId]);
      if (missing.length > 0) {
        const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId: commandId }));
        const status = Commands?.[0]?.Status;
        if (!status || OPEN_STATUSES.includes(status)) continue;
        for (const instanceId of missing)
          results[instanceId] = { status: 'NoInvocation', detail: `the command ended ${status}` };
      }
      if (Object.values(results).some((result) => OPEN_STATUSES.includes(result.status))) continue;
      settled[commandId] = { state: 'ENDED', at: nowSeconds(), results };
    }
    return settled;
  },
};

function addResult(results: Record<string, ScriptResult>, invocation: CommandInvocation): void {
  if (!invocation.InstanceId || !invocation.Status) return;
  const { Status: status, StatusDetails: detail } = invocation;
  results[invocation.InstanceId] = detail && detail !== status ? { status, detail } : { status };
}
