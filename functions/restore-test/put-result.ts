import { DescribeRestoreJobCommand, PutRestoreValidationResultCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { logger } from '../shared/logger';
import { noteMeasuredRestore } from '../shared/runs/measured-restores';
import { getRun, type StepInput, updateRun } from '../shared/runs/runs';
import { describeCause, task } from '../shared/task';
import { measuredOf } from './measured';
import type { RestoreTestRun, Verdict } from './restore-test-run';
import { noteTest } from './test-history';
import { failedVerdict, lateVerdict } from './verdict';

interface Input extends StepInput {
  /** Why there is no verdict, in a test that failed before it had one. */
  failure?: { error: string; cause?: string };
}

/** What the state machines need to route. */
interface Output {
  isOnDemand: boolean;
  /** Whether AWS Backup has something to delete of the test. */
  isDeletionExpected: boolean;
}

const REGION = requireEnv('AWS_REGION');

/**
 * Gives AWS Backup the verdict of a scheduled test; without a verdict the test has failed. Safe to repeat: a verdict that
 * is recorded stays, and a result that AWS Backup has already counts if it is the same.
 */
export const handler = task(async ({ runId, failure }: Input): Promise<Output> => {
  const run = await getRun<RestoreTestRun>(runId);
  // Stopped before it had a record: nothing was begun.
  if (!run?.settings) return { isOnDemand: true, isDeletionExpected: false };
  const { isOnDemand } = run.settings;
  const cause = describeCause(failure?.cause) || failure?.error;
  let verdict = run.verdict ?? failedVerdict(cause ?? 'The test was stopped.', nowSeconds());
  const isLate = nowSeconds() >= (run.plan.validateUntil ?? Number.POSITIVE_INFINITY);
  if (isLate && !run.resultPutAt && !verdict.isLate) verdict = lateVerdict(verdict);
  if (verdict !== run.verdict) await updateRun(runId, { verdict });
  const isCompleted = !isOnDemand && (await isRestored(run));
  if (isCompleted && !run.resultPutAt) await put(run, verdict);
  await noteTest(run.plan.sourceArn, verdict.at, verdict.status === 'SUCCESSFUL');
  const { recoverySeconds, ageSeconds, missed } = measuredOf({ ...run, verdict });
  if (recoverySeconds !== undefined)
    await noteMeasuredRestore(run.plan.sourceArn, { seconds: recoverySeconds, at: verdict.at, by: 'a restore test' });
  logger.info('Restore test validated', {
    runId,
    status: verdict.status,
    resourceType: run.plan.resourceType,
    source: run.plan.sourceArn,
    recoverySeconds,
    ageSeconds,
    missed: missed.length,
  });
  return { isOnDemand, isDeletionExpected: isCompleted };
});

/** AWS Backup takes a result of a job that has restored something. */
async function isRestored({ restoreJobId }: RestoreTestRun): Promise<boolean> {
  const { Status } = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: restoreJobId }));
  return Status === 'COMPLETED';
}

async function put({ runId, restoreJobId }: RestoreTestRun, { status, message, at }: Verdict): Promise<void> {
  try {
    await backupIn(REGION).send(
      new PutRestoreValidationResultCommand({
        RestoreJobId: restoreJobId,
        ValidationStatus: status,
        ValidationStatusMessage: message,
      }),
    );
  } catch (error) {
    if (!hasName(error, 'InvalidRequestException')) throw error;
    // The answer to an earlier attempt may have been lost.
    const job = await backupIn(REGION).send(new DescribeRestoreJobCommand({ RestoreJobId: restoreJobId }));
    if (job.ValidationStatus !== status) {
      const found = job.ValidationStatus ? `it has ${job.ValidationStatus}` : 'it has none';
      const reason = `AWS Backup did not take the result ${status}; ${found} (${(error as Error).message}). ${message}`;
      await updateRun(runId, { verdict: failedVerdict(reason, at) });
      return;
    }
  }
  await updateRun(runId, { resultPutAt: nowSeconds() });
}
