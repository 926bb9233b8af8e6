import { isoTime } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { comparison } from '../shared/waits/kinds/comparison';
import { startWait } from '../shared/waits/waits';
import { askWorker } from './ask-worker';
import { RestoreTestFailedError } from './errors';
import { comparisonIdOf, gaveWay, lastComparison, requestIdOf, secondsLeft } from './file-comparison';
import { nameOf } from './proof';
import { type RestoreTestRun, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
/** Of how many files the content is read. */
const SAMPLE_FILES = 1000;
/** Shorter and longer ones the orchestrator does not take. */
const WINDOW_MINUTES = { least: 60, most: 1440 };

/**
 * Asks the worker to compare the restored files with the source, and waits for its end. The worker begins when it is free.
 * Safe to repeat: one request is one run; only a comparison that gave way is followed by another.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const { recoveryPointAt } = run.plan;
  if (recoveryPointAt === undefined)
    throw new RestoreTestFailedError('AWS Backup does not say when the recovery point was made.');
  const left = secondsLeft(run);
  if (left <= 0) throw new RestoreTestFailedError('The worker had no time to compare the files.');
  const isAnother = gaveWay(await lastComparison(run));
  const comparisons = (run.comparisons ?? 0) + (isAnother || !run.comparisons ? 1 : 0);
  if (comparisons !== run.comparisons) await updateRun(runId, { comparisons });
  await askWorker({
    mode: 'compare',
    requestId: requestIdOf(run, comparisons),
    restoredFileSystemId: nameOf(run.createdResourceArn ?? ''),
    before: isoTime(recoveryPointAt),
    sampleFiles: SAMPLE_FILES,
    windowMinutes: Math.min(WINDOW_MINUTES.most, Math.max(WINDOW_MINUTES.least, Math.ceil(left / 60))),
  });
  await startWait(comparison, {
    id: waitId(runId, 'compared'),
    region: REGION,
    resources: [comparisonIdOf({ ...run, comparisons }) ?? ''],
    deadlineSeconds: left,
    taskToken,
  });
});
