import type { Context, EventBridgeEvent } from 'aws-lambda';
import { findLockHolder } from '../shared/runs/locks';
import { advanceRun } from './advance-run';
import { lockOf } from './lock';
import { getEfsToEfsRun } from './run';

/** A command has ended: if it is the work of the present run, advances that run, which asks SSM how it ended. Safe to repeat. */
export async function endWork(
  { detail }: EventBridgeEvent<string, { 'command-id'?: string }>,
  context: Context,
): Promise<void> {
  const runId = await findLockHolder(lockOf());
  const run = runId ? await getEfsToEfsRun(runId) : undefined;
  if (run && run.commandId === detail['command-id']) await advanceRun(run.runId, context.invokedFunctionArn);
}
