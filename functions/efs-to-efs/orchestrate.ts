import type { Context } from 'aws-lambda';
import { InvalidInputError } from '../shared/errors';
import { task } from '../shared/task';
import { advanceGroupRun } from './advance-group-run';
import { endLostInstance } from './end-lost-instance';
import { endWork } from './end-work';
import { noteLaunchFailure } from './note-launch-failure';
import { oversee } from './oversee';
import { startBackup } from './start-backup';
import { startComparison } from './start-comparison';
import { startRestore } from './start-restore';
import { startVerification } from './start-verification';
import { stopRun } from './stop-run';

type Event = Record<string, unknown> & { detail?: Record<string, unknown> };
type Branch = (event: never, context: Context) => Promise<unknown>;

const BY_ACTION: Record<string, Branch> = {
  'backup start': startBackup,
  'backup stop': stopRun,
  'restore start': startRestore,
  'restore preview': startRestore,
  'restore stop': stopRun,
  'verify start': startVerification,
  'verify stop': stopRun,
  'compare start': startComparison,
  'compare stop': stopRun,
};

const BY_DETAIL_TYPE: Record<string, Branch> = {
  'EC2 Instance Launch Successful': advanceGroupRun,
  'EC2 Instance Launch Unsuccessful': noteLaunchFailure,
  'EC2 Instance-terminate Lifecycle Action': advanceGroupRun,
  'EC2 Instance Terminate Successful': advanceGroupRun,
  'EC2 Command Status-change Notification': endWork,
  'EC2 Spot Instance Interruption Warning': endLostInstance,
};

/**
 * The orchestrator: calls the branch of every event. Safe to repeat as a whole: branches decide by what the run's
 * record and the world say, not by the event, and change the record by conditional writes only.
 */
export const handler = task(async (event: Event, context: Context): Promise<unknown> => {
  const branch = branchOf(event);
  if (!branch) throw new InvalidInputError([`There is no branch for ${JSON.stringify(event).slice(0, 1000)}`]);
  return branch(event as never, context);
});

function branchOf(event: Event): Branch | undefined {
  if (typeof event['detail-type'] === 'string') return BY_DETAIL_TYPE[event['detail-type']];
  if (event.mode === 'overseer') return oversee;
  return BY_ACTION[`${event.mode} ${event.action ?? 'start'}`];
}
