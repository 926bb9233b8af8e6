import { DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { whyNotOurs } from './proof';
import type { RestoreTestRun } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
/** The services' clocks are not ours. */
const SLACK_SECONDS = 60;

/** What a test on demand may have restored: its name, ARN, and when it was made. */
export interface Restored {
  name: string;
  arn: string;
  madeAt: Date | undefined;
  isGoing: boolean;
}

/**
 * Which proof is missing that the restore job of this run made a resource; undefined when there are all: the job in the
 * record says so, it is not the source, and it was made after the run began.
 */
export async function missingProof(
  run: RestoreTestRun,
  arn: string,
  madeAt: Date | undefined,
): Promise<string | undefined> {
  if (!run.restoreJobId) return 'no restore job of this run is known';
  const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: run.restoreJobId }));
  const refusal = whyNotOurs(run.plan, job.CreatedResourceArn);
  if (refusal) return refusal;
  if (job.CreatedResourceArn !== arn) return `the job made ${job.CreatedResourceArn}`;
  if (!madeAt || madeAt.getTime() / 1000 < run.startedAt - SLACK_SECONDS) return 'it was there before the run began';
  return undefined;
}
