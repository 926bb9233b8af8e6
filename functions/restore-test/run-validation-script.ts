import { createHash } from 'node:crypto';
import { type Command, paginateListCommands, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ec2In } from '../shared/clients/ec2';
import { ssmIn } from '../shared/clients/ssm';
import { nowSeconds, sleep } from '../shared/clock';
import { describeInstances } from '../shared/instances';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { REMOTE_SCRIPT_DOCUMENT, remoteScriptParameters } from '../shared/scripts/remote-script';
import { task } from '../shared/task';
import { ssmCommand } from '../shared/waits/kinds/ssm-command';
import { startWait } from '../shared/waits/waits';
import type { ValidationScript } from './input';
import { isolatedInstance } from './isolated-instance';
import { ISOLATED, REGION } from './isolated-network';
import { nameOf } from './proof';
import { type RestoreTestRun, waitId } from './restore-test-run';

/** A command that was sent a moment ago may not be listed yet. */
const LISTED_AFTER_SECONDS = 3;
// SendCommand has no idempotency token: the SDK must not repeat it when an answer is lost.
const sender = new SSMClient({ maxAttempts: 1 });

/**
 * Runs the operator's script for this source on the restored instance, right after a last look at its isolation, and waits
 * for its end; without a script the wait ends at once. Safe to repeat: the intent is recorded first, and a command of an
 * earlier attempt is found by its comment.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const id = nameOf(run.createdResourceArn ?? '');
  const script = await scriptFor(run);
  const commandId = script && (run.commandId ?? (await findSent(run, id)) ?? (await send(run, id, script)));
  if (commandId && !run.commandId) await updateRun(runId, { commandId });
  await startWait(ssmCommand, {
    id: waitId(runId, 'script'),
    region: REGION,
    resources: commandId ? [commandId] : [],
    context: { instances: commandId ? { [commandId]: [id] } : {} },
    deadlineSeconds: script ? 600 + script.ExecutionTimeoutInSeconds + 300 : 0,
    taskToken,
  });
});

/** The first script whose tag the source has; one without a tag is for every source. */
async function scriptFor({ plan, settings }: RestoreTestRun): Promise<ValidationScript | undefined> {
  const scripts = settings.checks.ValidationScripts;
  if (scripts.length === 0) return undefined;
  const id = nameOf(plan.sourceArn);
  const tags = (await describeInstances(ec2In(REGION), [id])).get(id)?.Tags ?? [];
  return scripts.find(
    ({ TagKey, TagValue }) => !TagKey || tags.some(({ Key, Value }) => Key === TagKey && Value === TagValue),
  );
}

async function send(run: RestoreTestRun, id: string, script: ValidationScript): Promise<string> {
  await isolatedInstance(REGION, run, ISOLATED);
  await updateRun(run.runId, { scriptIntendedAt: run.scriptIntendedAt ?? nowSeconds() });
  const { Command } = await sender.send(
    new SendCommandCommand({
      DocumentName: REMOTE_SCRIPT_DOCUMENT,
      InstanceIds: [id],
      Comment: commentOf(run),
      TimeoutSeconds: 600,
      Parameters: remoteScriptParameters(script),
    }),
  );
  if (!Command?.CommandId) throw new Error('SSM accepted the command but named no command id.');
  return Command.CommandId;
}

async function findSent(run: RestoreTestRun, id: string): Promise<string | undefined> {
  if (!run.scriptIntendedAt) return undefined;
  await sleep(LISTED_AFTER_SECONDS);
  // A minute of slack: SSM's clock is not ours.
  const since = new Date((run.scriptIntendedAt - 60) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const isOurs = ({ Comment, DocumentName, InstanceIds = [] }: Command) =>
    Comment === commentOf(run) && DocumentName === REMOTE_SCRIPT_DOCUMENT && InstanceIds.join() === id;
  const query = { Filters: [{ key: 'InvokedAfter' as const, value: since }] };
  for await (const { Commands = [] } of paginateListCommands({ client: ssmIn(REGION) }, query)) {
    const found = Commands.find(isOurs);
    if (found?.CommandId) return found.CommandId;
  }
  return undefined;
}

function commentOf({ runId }: RestoreTestRun): string {
  return `backup-workflows restore-test ${createHash('sha256').update(runId).digest('hex').slice(0, 40)}`;
}
