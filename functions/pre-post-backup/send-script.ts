import { createHash } from 'node:crypto';
import {
  DescribeInstanceInformationCommand,
  paginateListCommands,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { type Group, noteInGroup, type SentScript } from './groups';
import type { ScriptDetails } from './input';

const REGION = requireEnv('AWS_REGION');
/** API_SendCommand: at most 50 ids. */
const SEND_BATCH_SIZE = 50;
const DOCUMENT = 'AWS-RunRemoteScript';
// SendCommand has no idempotency token: the SDK must not send it again by itself when an answer is lost.
const sender = new SSMClient({ maxAttempts: 1 });

/**
 * Sends a script to instances and notes the command ids in the group. Safe to repeat: the intent is noted first, and a
 * command that an earlier attempt sent is found again by its comment instead of being sent twice.
 */
export async function sendScript(
  group: Group,
  step: 'preScript' | 'postScript',
  instanceIds: string[],
  script: ScriptDetails,
): Promise<SentScript> {
  const earlier = group[step];
  const sent: SentScript = earlier ?? { intendedAt: nowSeconds() };
  if (!earlier) await noteInGroup(group, { [step]: sent });
  const reachable = sent.unreachable
    ? instanceIds.filter((id) => !sent.unreachable?.includes(id))
    : await findManaged(instanceIds);
  const commands = { ...sent.commands };
  const known =
    Object.keys(commands).length === 0 && earlier
      ? await findSent(group, step, sent.intendedAt)
      : new Map<string, string>();
  for (let first = 0; first < reachable.length; first += SEND_BATCH_SIZE) {
    const batch = reachable.slice(first, first + SEND_BATCH_SIZE);
    if (Object.values(commands).some((ids) => ids.includes(batch[0] ?? ''))) continue;
    const comment = commentOf(group, step, batch);
    const commandId = known.get(comment) ?? (await send(batch, comment, script));
    commands[commandId] = batch;
    const unreachable = instanceIds.filter((id) => !reachable.includes(id));
    await noteInGroup(group, { [step]: { ...sent, commands, unreachable } });
  }
  if (reachable.length === 0) await noteInGroup(group, { [step]: { ...sent, commands: {}, unreachable: instanceIds } });
  return group[step] ?? sent;
}

/** One instance that SSM does not know would make SendCommand refuse the whole batch. */
async function findManaged(instanceIds: string[]): Promise<string[]> {
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
  return instanceIds.filter((instanceId) => managed.has(instanceId));
}

async function findSent(group: Group, step: string, intendedAt: number): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  // A minute of slack: SSM's clock is not ours.
  const since = new Date((intendedAt - 60) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const prefix = commentPrefix(group, step);
  for await (const page of paginateListCommands(
    { client: ssmIn(REGION) },
    { Filters: [{ key: 'InvokedAfter', value: since }] },
  )) {
    for (const { Comment, CommandId } of page.Commands ?? []) {
      if (Comment?.startsWith(prefix) && CommandId) found.set(Comment, CommandId);
    }
  }
  return found;
}

async function send(instanceIds: string[], comment: string, script: ScriptDetails): Promise<string> {
  const { Command } = await sender.send(
    new SendCommandCommand({
      DocumentName: DOCUMENT,
      InstanceIds: instanceIds,
      Comment: comment,
      TimeoutSeconds: script.TimeoutInSeconds,
      Parameters: {
        sourceType: ['S3'],
        sourceInfo: [JSON.stringify({ path: script.SourceS3Path })],
        commandLine: [script.CommandToRun],
        workingDirectory: [script.WorkingDirectory ?? ''],
        executionTimeout: [String(script.ExecutionTimeoutInSeconds)],
      },
      OutputS3BucketName: script.OutputS3BucketName,
      OutputS3KeyPrefix: script.OutputS3KeyPrefix,
      // One instance on which it fails must not keep it from the others (the default stops at the first failure).
      MaxErrors: '100%',
    }),
  );
  if (!Command?.CommandId) throw new Error('SSM accepted the command but named no command id.');
  return Command.CommandId;
}

function commentPrefix(group: Group, step: string): string {
  return `backup-workflows ${step} ${hash(`${group.runId}#${group.item}`).slice(0, 32)}`;
}

/** At most 100 characters (API_SendCommand), and different for every batch of every step of every run. */
function commentOf(group: Group, step: string, batch: string[]): string {
  return `${commentPrefix(group, step)} ${hash(batch.join()).slice(0, 16)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Delivery and execution each have their own limit; SSM needs a moment on top to say so. */
export function scriptDeadlineSeconds(script: ScriptDetails): number {
  return script.TimeoutInSeconds + script.ExecutionTimeoutInSeconds + 300;
}
