import type { Context, EventBridgeEvent } from 'aws-lambda';
import { findLockHolder } from '../shared/locks';
import { lockOf } from './lock';
import { lookAfter } from './look-after';

/**
 * Something happened to the group's instances (in service, waiting to be terminated, gone): looks after the run whose
 * the group is. What is nobody's, the overseer sends home.
 */
export async function lookAfterGroup(_event: EventBridgeEvent<string, object>, context: Context): Promise<void> {
  const runId = await findLockHolder(lockOf());
  if (runId) await lookAfter(runId, context.invokedFunctionArn);
}
