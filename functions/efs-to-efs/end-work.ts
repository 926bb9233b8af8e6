import type { Context, EventBridgeEvent } from 'aws-lambda';
import { findLockHolder } from '../shared/runs/locks';
import { lockOf } from './lock';
import { lookAfter } from './look-after';
import { getEfsToEfsRun } from './run';

/** A command has ended: if it is the work of the present run, looks after it. How it ended, SSM is asked itself. */
export async function endWork(
  { detail }: EventBridgeEvent<string, { 'command-id'?: string }>,
  context: Context,
): Promise<void> {
  const runId = await findLockHolder(lockOf());
  const run = runId ? await getEfsToEfsRun(runId) : undefined;
  if (run && run.commandId === detail['command-id']) await lookAfter(run.runId, context.invokedFunctionArn);
}
