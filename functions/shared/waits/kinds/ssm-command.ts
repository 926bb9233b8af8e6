import { type CommandInvocation, ListCommandsCommand, paginateListCommandInvocations } from '@aws-sdk/client-ssm';
import { ec2In } from '../../clients/ec2';
import { ssmIn } from '../../clients/ssm';
import { nowSeconds } from '../../clock';
import { describeInstances } from '../../instances';
import { logger } from '../../logger';
import { describeError } from '../../task';
import { textInItem } from '../../text-in-item';
import { TOLD } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** The statuses in which an invocation or a command may still change (Systems Manager, "Understanding command statuses"). */
const OPEN_STATUSES: string[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];
/** Most scripts end within this time; only longer ones are worth a look at their instances. */
const LOOK_AT_INSTANCES_AFTER_SECONDS = 60;
/** The SSM Agent puts this line between standard output and standard error. */
const ERROR_SEPARATOR = '----------ERROR-------';
const OUTPUT_CHARACTERS = 500;
/** What the SSM Agent itself adds to standard error: the exit code in words. */
const AGENT_LINE = /^(failed to run commands|exit status|error occurred running command)[^\n]*$/gim;

/** The end of a script on one instance. */
export interface ScriptResult {
  /** SSM's own status, `NoInvocation` if SSM never sent it there, or `Instance…` if the instance ended before it. */
  status: string;
  detail?: string;
  commandId?: string;
  exitCode?: number;
  /** Of a script that failed: the first lines of its standard error, else of its output, else what the SSM Agent says. */
  output?: string;
}

/**
 * Waits for Run Command commands. Resources are command ids; `context.instances` maps each to the instances it was sent
 * to. A command has ended when every one of them has an invocation that ended, or when the command as a whole has: an
 * empty list right after SendCommand means "not yet", never "done". SSM leaves a command open whose instance was stopped
 * or terminated, so a command that runs longer ends for such an instance too.
 */
export const ssmCommand: WaitKind = {
  name: 'ssm-command',
  event: {
    source: 'aws.ssm',
    detailType: 'EC2 Command Status-change Notification',
    resource: 'command-id',
    state: 'status',
    ignoredStates: OPEN_STATUSES,
  },
  actions: ['ssm:ListCommandInvocations', 'ssm:ListCommands', 'ec2:DescribeInstances'],
  delaySeconds: TOLD,
  async check(wait, commandIds) {
    const ssm = ssmIn(wait.region);
    const sentTo = wait.context.instances as Record<string, string[]>;
    const count = Object.values(sentTo).flat().length;
    const isLong = nowSeconds() - wait.startedAt >= LOOK_AT_INSTANCES_AFTER_SECONDS;
    const settled: Record<string, Settled> = {};
    for (const commandId of commandIds) {
      const results: Record<string, ScriptResult> = {};
      // Details bring the exit code and up to 2,500 characters of output (API_CommandPlugin).
      for await (const page of paginateListCommandInvocations(
        { client: ssm },
        { CommandId: commandId, Details: true },
      )) {
        for (const invocation of page.CommandInvocations ?? []) addResult(results, invocation, count);
      }
      const missing = (sentTo[commandId] ?? []).filter((instanceId) => !results[instanceId]);
      if (missing.length > 0) {
        const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId: commandId }));
        const status = Commands?.[0]?.Status;
        if (!status || OPEN_STATUSES.includes(status)) continue;
        for (const instanceId of missing)
          results[instanceId] = { status: 'NoInvocation', detail: `the command ended ${status}`, commandId };
      }
      if (isLong) await addEndedInstances(wait.region, results, commandId);
      if (Object.values(results).some((result) => OPEN_STATUSES.includes(result.status))) continue;
      settled[commandId] = { state: 'ENDED', at: nowSeconds(), results };
    }
    return settled;
  },
};

/** `count`: the results that share an item of the table of waits. */
function addResult(results: Record<string, ScriptResult>, invocation: CommandInvocation, count: number): void {
  if (!invocation.InstanceId || !invocation.Status) return;
  const { Status: status, StatusDetails: detail, CommandId: commandId } = invocation;
  const result: ScriptResult = { status };
  if (detail && detail !== status) result.detail = detail;
  if (status !== 'Success' && !OPEN_STATUSES.includes(status))
    Object.assign(result, { commandId }, reasonOf(invocation, count));
  results[invocation.InstanceId] = result;
}

/** The exit code and the first lines that a failed script wrote. */
function reasonOf(
  { CommandPlugins = [] }: CommandInvocation,
  count: number,
): Pick<ScriptResult, 'exitCode' | 'output'> {
  const failed = CommandPlugins.filter(({ ResponseCode }) => ResponseCode !== undefined && ResponseCode !== 0);
  const step = failed.find(({ Output }) => Output) ?? failed[0] ?? CommandPlugins.at(-1);
  const { ResponseCode: exitCode, Output = '' } = step ?? {};
  const [output = '', errors = ''] = Output.split(ERROR_SEPARATOR);
  const own = errors.replace(AGENT_LINE, '').trim();
  const text = textInItem((own || output.trim() || errors.trim()).slice(0, OUTPUT_CHARACTERS), count);
  return { ...(exitCode !== undefined && exitCode >= 0 && { exitCode }), ...(text && { output: text }) };
}

/** Ends the invocations of instances that no longer run. A look that fails ends nothing. */
async function addEndedInstances(
  region: string,
  results: Record<string, ScriptResult>,
  commandId: string,
): Promise<void> {
  const open = Object.keys(results).filter((id) => OPEN_STATUSES.includes(results[id]?.status ?? ''));
  if (open.length === 0) return;
  try {
    const instances = await describeInstances(ec2In(region), open);
    for (const instanceId of open) {
      const state = instances.get(instanceId)?.State?.Name;
      if (state === 'stopped' || state === 'terminated' || state === 'shutting-down')
        results[instanceId] = { status: 'InstanceEnded', detail: `the instance is ${state}`, commandId };
    }
  } catch (error) {
    logger.warn('Could not look at the instances of a command', { commandId, reason: describeError(error) });
  }
}
