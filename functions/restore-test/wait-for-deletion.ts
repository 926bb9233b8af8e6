import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { getRun, type StepInput } from '../shared/runs/runs';
import { task } from '../shared/task';
import { testedResource } from '../shared/waits/kinds/tested-resource';
import { startWait } from '../shared/waits/waits';
import { type RestoreTestRun, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
/** AWS Backup deletes within the services' own times once the window is over. */
const PATIENCE_SECONDS = 24 * 3600;

/** Waits until AWS Backup has deleted what it restored for a scheduled test, or says that it could not. Safe to repeat. */
export const handler = task(async ({ runId, taskToken }: StepInput & { taskToken: string }): Promise<void> => {
  const run = await getRun<RestoreTestRun>(runId);
  const until = run?.plan.validateUntil ?? nowSeconds();
  await startWait(testedResource, {
    id: waitId(runId, 'deletion'),
    region: REGION,
    resources: run?.restoreJobId ? [run.restoreJobId] : [],
    deadlineSeconds: Math.max(0, until - nowSeconds()) + PATIENCE_SECONDS,
    taskToken,
  });
});
