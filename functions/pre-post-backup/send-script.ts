import { createHash } from 'node:crypto';
import {
  type Command,
  DescribeInstanceInformationCommand,
  paginateListCommands,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { nowSeconds, sleep } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { logger } from '../shared/logger';
import { REMOTE_SCRIPT_DOCUMENT, remoteScriptParameters } from '../shared/scripts/remote-script';
import { type Group, noteInGroup, type SentScript } from './groups';
import type { ScriptDetails } from './input';

const REGION = requireEnv('AWS_REGION');
/** API_SendCommand: at most 50 ids. */
const SEND_BATCH_SIZE = 50;
/** A command that was sent a moment ago may not be listed yet. */
const LISTED_AFTER_SECONDS = 3;
// SendCommand has no idempotency token: the SDK must not repeat it when an answer is lost.
const sender = new SSMClient({ maxAttempts: 1 });

type ScriptStep = 'preScript' | 'postScript';

/**
 * Sends a script to those instances that were not sent it yet, and records the command ids in the group. Safe to repeat:
 * each batch is recorded before it is sent, and a command of an earlier attempt is found by its comment instead of being
 * sent twice.
 */
export async function sendScript(
  group: Group,
  step: ScriptStep,
  instanceIds: string[],
  script: ScriptDetails,
): Promise<SentScript> {
  const commands = await adoptSent(group, step, script);
  const earlier: SentScript = { intendedAt: nowSeconds(), ...group[step] };
  const known = new Set([...Object.values(commands).flat(), ...(earlier.unreachable ?? [])]);
  const open = instanceIds.filter((instanceId) => !known.has(instanceId));
  if (group[step] && open.length === 0) return { ...earlier, commands };
  const managed = await findManaged(open);
  const unreachable = [...(earlier.unreachable ?? []), ...open.filter((instanceId) => !managed.has(instanceId))];
  const reachable = open.filter((instanceId) => managed.has(instanceId));
  for (let first = 0; first < reachable.length; first += SEND_BATCH_SIZE) {
    const sending = reachable.slice(first, first + SEND_BATCH_SIZE);
    await noteInGroup(group, { [step]: { ...earlier, unreachable, commands, sending } });
    commands[await send(sending, commentOf(group, step, sending), script)] = sending;
  }
  await noteInGroup(group, { [step]: { ...earlier, unreachable, commands, sending: [] } });
  return { ...earlier, unreachable, commands };
}

/**
 * Returns the commands of a step, instances by command id. Commands that an earlier attempt sent without recording them
 * are found by their comment and recorded now, if all of them is this step's: a comment can be known to others.
 */
export async function adoptSent(
  group: Group,
  step: ScriptStep,
  script: ScriptDetails,
): Promise<Record<string, string[]>> {
  const sent = group[step];
  if (!sent) return {};
  // A record without `sending` was written by an earlier release.
  const isComplete = sent.sending ? sent.sending.length === 0 : isSentToAll(group, sent);
  if (isComplete) return { ...sent.commands };
  const commands = { ...sent.commands, ...(await findSent(group, step, script, sent)) };
  await noteInGroup(group, { [step]: { ...sent, commands, sending: [] } });
  return commands;
}

function isSentToAll(group: Group, sent: SentScript): boolean {
  const settled = new Set([...Object.values(sent.commands ?? {}).flat(), ...(sent.unreachable ?? [])]);
  return group.instances.every(({ instanceId, wasRunning }) => !wasRunning || settled.has(instanceId));
}

/** Returns the instances that SSM manages. With an unknown instance SendCommand would refuse the whole batch. */
async function findManaged(instanceIds: string[]): Promise<Set<string>> {
  const managed = new Set<string>();
  for (let first = 0; first < instanceIds.length; first += SEND_BATCH_SIZE) {
    const { InstanceInformationList } = await ssmIn(REGION).send(
      new DescribeInstanceInformationCommand({
        Filters: [{ Key: 'InstanceIds', Values: instanceIds.slice(first, first + SEND_BATCH_SIZE) }],
        MaxResults: SEND_BATCH_SIZE,
      }),
    );
    for (const info of InstanceInformationList ?? []) managed.add(info.InstanceId ?? '');
  }
  return managed;
}

async function findSent(
  group: Group,
  step: ScriptStep,
  script: ScriptDetails,
  { intendedAt, sending }: SentScript,
): Promise<Record<string, string[]>> {
  await sleep(LISTED_AFTER_SECONDS);
  const found: Record<string, string[]> = {};
  // A minute of slack: SSM's clock is not ours.
  const since = new Date((intendedAt - 60) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const prefix = commentPrefix(group, step);
  for await (const page of paginateListCommands(
    { client: ssmIn(REGION) },
    { Filters: [{ key: 'InvokedAfter', value: since }] },
  )) {
    for (const command of page.Commands ?? []) {
      const { Comment, CommandId, InstanceIds = [] } = command;
      if (!Comment?.startsWith(prefix) || !CommandId) continue;
      if (isOurs(command, script, sending ?? group.instances.map(({ instanceId }) => instanceId)))
        found[CommandId] = InstanceIds;
      else logger.warn('A command has the comment of this run, and is not its own', { CommandId, Comment });
    }
  }
  return found;
}

/** Whether a command is this script, on these instances and no others. SSM answers with the parameters that it was given. */
function isOurs(
  { DocumentName, InstanceIds = [], Targets = [], Parameters = {} }: Command,
  script: ScriptDetails,
  batch: string[],
) {
  const hasParameters = Object.entries(remoteScriptParameters(script)).every(
    ([name, values]) => JSON.stringify(Parameters[name]) === JSON.stringify(values),
  );
  const isOnBatch = Targets.length === 0 && InstanceIds.length > 0 && InstanceIds.every((id) => batch.includes(id));
  return DocumentName === REMOTE_SCRIPT_DOCUMENT && isOnBatch && hasParameters;
}

async function send(instanceIds: string[], comment: string, script: ScriptDetails): Promise<string> {
  const { Command } = await sender.send(
    new SendCommandCommand({
      DocumentName: REMOTE_SCRIPT_DOCUMENT,
      InstanceIds: instanceIds,
      Comment: comment,
      TimeoutSeconds: script.TimeoutInSeconds,
      Parameters: remoteScriptParameters(script),
      OutputS3BucketName: script.OutputS3BucketName,
      OutputS3KeyPrefix: script.OutputS3KeyPrefix,
      // A failure on one instance must not stop the others (by default SSM stops at the first failure).
      MaxErrors: '100%',
    }),
  );
  if (!Command?.CommandId) throw new Error('SSM accepted the command but named no command id.');
  return Command.CommandId;
}

function commentPrefix(group: Group, step: ScriptStep): string {
  return `backup-workflows ${step} ${hash(`${group.runId}#${group.item}`).slice(0, 32)}`;
}

/** At most 100 characters (API_SendCommand), and different for every batch of every step of every run. */
function commentOf(group: Group, step: ScriptStep, batch: string[]): string {
  return `${commentPrefix(group, step)} ${hash(batch.join()).slice(0, 16)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Delivery and execution each have a limit. SSM reports their end some minutes later. Returns seconds. */
export function scriptDeadlineSeconds(script: ScriptDetails): number {
  return script.TimeoutInSeconds + script.ExecutionTimeoutInSeconds + 300;
}
