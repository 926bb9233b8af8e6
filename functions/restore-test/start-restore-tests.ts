import { DescribeRestoreJobCommand, paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { EventBridgeEvent } from 'aws-lambda';
import { backupIn } from '../shared/clients/backup';
import { stepFunctions } from '../shared/clients/sfn';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { findRun } from '../shared/runs/runs';
import { task } from '../shared/task';

const REGION = requireEnv('AWS_REGION');
const STATE_MACHINE_ARN = requireEnv('STATE_MACHINE_ARN');
const PLAN_ARN = requireEnv('RESTORE_TESTING_PLAN_ARN');
/** The longest validation window, and a day. */
const LOOK_BACK_SECONDS = 8 * 24 * 3600;
const END_STATES: (string | undefined)[] = ['COMPLETED', 'FAILED', 'ABORTED'];

type JobChanged = EventBridgeEvent<'Restore Job State Change', { restoreJobId?: string }>;
type EveryHour = EventBridgeEvent<'Scheduled Event', Record<string, never>>;

/**
 * Starts one execution of restore-test for each job of the stack's restore testing plan that has ended: on AWS Backup's
 * event, and every hour for jobs whose event was lost (delivery is best effort). Safe to repeat: the execution has the
 * job's name, and Step Functions takes a name once.
 */
export const handler = task(async (event: JobChanged | EveryHour): Promise<void> => {
  if (event['detail-type'] === 'Scheduled Event') return startMissed();
  const { restoreJobId } = event.detail;
  if (restoreJobId && (await isOurs(restoreJobId))) await start(restoreJobId);
});

/** An event is only a reason to look: AWS Backup says whether the plan has such a job, and whether it has ended. */
async function isOurs(RestoreJobId: string): Promise<boolean> {
  try {
    const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId }));
    return job.CreatedBy?.RestoreTestingPlanArn === PLAN_ARN && END_STATES.includes(job.Status);
  } catch (error) {
    if (hasName(error, 'ResourceNotFoundException')) return false;
    throw error;
  }
}

async function startMissed(): Promise<void> {
  const query = {
    ByRestoreTestingPlanArn: PLAN_ARN,
    ByCreatedAfter: new Date((nowSeconds() - LOOK_BACK_SECONDS) * 1000),
  };
  for await (const { RestoreJobs = [] } of paginateListRestoreJobs({ client: backupIn(REGION) }, query)) {
    for (const { RestoreJobId, Status } of RestoreJobs) {
      if (!RestoreJobId || !END_STATES.includes(Status)) continue;
      if (!(await findRun(executionArn(RestoreJobId)))) await start(RestoreJobId);
    }
  }
}

async function start(jobId: string): Promise<void> {
  try {
    await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: STATE_MACHINE_ARN,
        name: jobId,
        input: JSON.stringify({ RestoreJobId: jobId }),
      }),
    );
  } catch (error) {
    if (!hasName(error, 'ExecutionAlreadyExists')) throw error;
  }
}

function executionArn(jobId: string): string {
  return `${STATE_MACHINE_ARN.replace(':stateMachine:', ':execution:')}:${jobId}`;
}
