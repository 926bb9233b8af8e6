import type { EventBridgeEvent } from 'aws-lambda';
import { findLockHolder } from '../shared/runs/locks';
import { lockOf } from './lock';
import { recordOnce } from './run';

/**
 * Auto Scaling could not launch an instance: notes its reason for the operator. It tries again by itself; the run waits
 * until its time for the launch is over.
 */
export async function noteLaunchFailure({
  detail,
}: EventBridgeEvent<string, { StatusMessage?: string }>): Promise<void> {
  const runId = await findLockHolder(lockOf());
  if (runId) await recordOnce(runId, 'launchFailure', detail.StatusMessage ?? 'Auto Scaling gave no reason.');
}
