import type { Context, EventBridgeEvent } from 'aws-lambda';
import { nowSeconds } from '../shared/clock';
import { findLockHolder } from '../shared/runs/locks';
import { advanceRun } from './advance-run';
import { lockOf } from './lock';
import { getEfsToEfsRun, recordOnce } from './run';

/**
 * EC2 takes a Spot Instance back in two minutes: if it is the worker of the present run, ends the run, so that the copy
 * stops cleanly and no other instance is launched in its place. Safe to repeat.
 */
export async function endLostInstance(
  { detail }: EventBridgeEvent<string, { 'instance-id'?: string }>,
  context: Context,
): Promise<void> {
  const runId = await findLockHolder(lockOf());
  const run = runId ? await getEfsToEfsRun(runId) : undefined;
  const instanceId = run?.instance?.instanceId;
  if (!run || instanceId !== detail['instance-id']) return;
  const message = `EC2 takes the Spot Instance ${instanceId} back.`;
  await recordOnce(run.runId, 'ending', { cause: 'InstanceLost', message, at: nowSeconds() });
  await advanceRun(run.runId, context.invokedFunctionArn);
}
