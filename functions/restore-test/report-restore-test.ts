import { nowSeconds } from '../shared/clock';
import { finishRun, type RunEnd } from '../shared/runs/finish-run';
import { getRunToReport, type StepInput } from '../shared/runs/runs';
import { describeCause, task } from '../shared/task';
import { getWait } from '../shared/waits/waits';
import { RestoreLeftBehindError, RestoreTestFailedError } from './errors';
import { measuredOf } from './measured';
import { nameOf } from './proof';
import { lockOf, type RestoreTestRun, WORKFLOW, waitId } from './restore-test-run';

interface Input extends StepInput {
  input: unknown;
  failure?: { error: string; cause?: string };
}

/** The result of a test; times in whole seconds. */
interface Report {
  ResourceArn?: string;
  ResourceType?: string;
  RestoreJobId?: string;
  RecoveryPointArn?: string;
  CreatedResourceArn?: string;
  Verdict?: string;
  Message?: string;
  Checks?: string[];
  /** From the start of the restore until it was seen to be good. */
  RecoveryTime?: number;
  /** How old the recovery point was when the restore began. */
  RecoveryPointAge?: number;
  RtoSeconds?: number;
  RpoSeconds?: number;
  LeftBehind?: string;
  DryRun?: object;
  Warning?: string;
}

/**
 * Ends a restore test: makes the result, closes the record, gives back the lock and notifies the operator, first of all of
 * what is still there. Safe to repeat.
 */
export const handler = task(async ({ runId, isUndo, input, failure }: Input): Promise<RunEnd<Report>> => {
  const opened = await getRunToReport<RestoreTestRun>({ runId, isUndo }, WORKFLOW, input);
  // One whose preflight failed has neither settings nor plan.
  const run = opened as Partial<RestoreTestRun> & typeof opened;
  const finishedAt = run.finishedAt ?? nowSeconds();
  const leftBehind = await findLeftBehind(run);
  const report = { ...reportOf(run), ...(leftBehind && { LeftBehind: leftBehind }) };
  const problem = problemOf(run, failure, leftBehind);
  return finishRun<Report>(
    { ...run, finishedAt },
    problem ? { outcome: 'FAILED', report, ...problem } : { outcome: 'SUCCEEDED', report },
    {
      hasWarnings: report.Warning !== undefined,
      locks: run.plan ? [lockOf(run.plan)] : [],
      ...(leftBehind && { firstLine: `STILL THERE: ${leftBehind}` }),
    },
  );
});

function problemOf(
  run: Partial<RestoreTestRun>,
  failure: Input['failure'],
  leftBehind: string | undefined,
): { error: string; cause: string } | undefined {
  const left = leftBehind ? `Still there: ${leftBehind}` : '';
  if (run.verdict?.status === 'FAILED') {
    const cause = [`The restore test of ${run.plan?.sourceArn} failed: ${run.verdict.message}`, left];
    return { error: new RestoreTestFailedError().name, cause: cause.filter(Boolean).join('\n') };
  }
  if (failure) return { error: failure.error, cause: [describeCause(failure.cause), left].filter(Boolean).join('\n') };
  if (leftBehind) return { error: new RestoreLeftBehindError().name, cause: left };
  if (run.verdict || run.settings?.isDryRun) return undefined;
  return { error: new RestoreTestFailedError().name, cause: 'The test has no verdict.' };
}

function reportOf(run: Partial<RestoreTestRun>): Report {
  const { plan, verdict, settings, restoredWith } = run;
  if (!plan) return {};
  const { recoverySeconds, ageSeconds, missed } = measuredOf(run);
  const warnings = [...(restoredWith ? [`restored with issues: ${restoredWith}`] : []), ...missed];
  return {
    ResourceArn: plan.sourceArn,
    ResourceType: plan.resourceType,
    RestoreJobId: run.restoreJobId,
    RecoveryPointArn: plan.recoveryPointArn,
    CreatedResourceArn: run.createdResourceArn,
    Verdict: verdict?.status,
    Message: verdict?.message,
    Checks: run.findings?.map(({ check, result }) => `${check}: ${result}`),
    ...(recoverySeconds !== undefined && { RecoveryTime: recoverySeconds }),
    ...(ageSeconds !== undefined && { RecoveryPointAge: ageSeconds }),
    RtoSeconds: run.wanted?.rtoSeconds,
    RpoSeconds: run.wanted?.rpoSeconds,
    ...(settings?.isDryRun && { DryRun: { WouldRestore: plan.recoveryPointArn } }),
    ...(warnings.length > 0 && { Warning: warnings.join('; ') }),
  };
}

/** What the test did not take away, in words: AWS Backup's own test by its answer, one on demand by the record. */
async function findLeftBehind(run: Partial<RestoreTestRun> & { runId: string }): Promise<string | undefined> {
  if (!run.settings || run.settings.isDryRun) return undefined;
  if (run.settings.isOnDemand) {
    if (!run.leftBehind) return undefined;
    const removal = await getWait(waitId(run.runId, 'removal'));
    const isGone = removal?.settled[nameOf(run.leftBehind.resource)]?.state === 'GONE';
    return isGone ? undefined : `${run.leftBehind.resource} (${run.leftBehind.reason})`;
  }
  const wait = await getWait(waitId(run.runId, 'deletion'));
  const end = wait?.settled[run.restoreJobId ?? ''];
  const resource = run.createdResourceArn ?? 'what the restore job made';
  if (end?.state === 'SUCCESSFUL') return undefined;
  if (end) return `${resource} (AWS Backup could not delete it: ${end.message ?? 'no reason given'})`;
  // A job that failed may have made something all the same; a wait without an end has not seen the deletion.
  if (wait) return `${resource} (AWS Backup was not seen to delete it)`;
  return run.createdResourceArn ? `${resource} (whether AWS Backup deletes it was not seen)` : undefined;
}
