import { isoTime, nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { finishRun, type RunEnd, recordedEnd } from '../shared/runs/finish-run';
import { executionArnOf } from '../shared/runs/run-id';
import { getRunToReport, type RunRecord, type StepInput } from '../shared/runs/runs';
import { describeCause, task } from '../shared/task';
import { allGroups, type InstanceResult, isTouched } from './groups';

interface Input extends StepInput {
  input: unknown;
  /** Why the run ended early, if it did. */
  failure?: { error: string; cause?: string };
}

/** The end of the run, as the execution's output or as its error and cause. */
interface Output {
  outcome: 'SUCCEEDED' | 'FAILED';
  /** Present when the run succeeded. */
  report?: Report;
  error?: string;
  cause?: string;
  /** False while groups are open: then the undo execution that follows closes the run. */
  isClosed: boolean;
}

interface Report {
  RunId: string;
  Targets: number;
  Succeeded: number;
  Failed: number;
  StartedAt: string;
  FinishedAt: string;
  /** One line per instance; left out when it would not fit, and then they are in the runs table under the run's id. */
  Instances?: InstanceResult[];
  ResultsTable?: { TableName: string; RunId: string };
}

const RUNS_TABLE = requireEnv('RUNS_TABLE');
/** States hold 256 KiB; a result is about half a KiB. */
const RESULTS_IN_STATE = 200;
/** Step Functions' own limit of a cause is 32 KiB. */
const CAUSE_LIMIT = 30_000;

/**
 * Ends a run: one report from all groups, the run record closed, the locks given back, the operator told. While a group
 * is still open (its execution died), the record stays open too, and the undo execution that follows will end it.
 * Safe to repeat: the record says what has been done already.
 */
export const handler = task(async ({ runId, isUndo, input, failure }: Input): Promise<Output> => {
  const run = await getRunToReport({ runId, isUndo }, 'pre-post-backup', input);
  if (!run.open) return outputOf(recordedEnd<Report>(run), failure);
  const results: InstanceResult[] = [];
  const instanceIds: string[] = [];
  const openGroups: string[] = [];
  // Without settings the preflight failed: its groups are drafts, and nothing was done to anybody.
  for await (const group of run.settings ? allGroups(runId) : []) {
    instanceIds.push(...group.instances.map(({ instanceId }) => instanceId));
    if (group.report) results.push(...group.report.results);
    else if (isTouched(group)) openGroups.push(...group.instances.map(({ instanceId }) => instanceId));
    else results.push(...group.instances.map(({ instanceId }) => untouched(instanceId, failure?.error)));
  }
  const failed = results.filter((result) => result.FailureMessage !== '');
  const error = failure?.error ?? 'BackupIncomplete';
  const cause = failure?.cause ? describeCause(failure.cause) : describeFailures(results.length, failed, openGroups);
  if (openGroups.length > 0) return { outcome: 'FAILED', error, cause, isClosed: false };
  const isSuccess = !failure && failed.length === 0;
  const report = reportOf(run, results, nowSeconds());
  const warnings = warningsOf(results);
  const end = await finishRun(
    run,
    isSuccess ? { outcome: 'SUCCEEDED', report } : { outcome: 'FAILED', report, error, cause },
    {
      hasWarnings: warnings.length > 0,
      locks: instanceIds,
      describe: (recorded) => describeResults(recorded, warnings),
    },
  );
  return outputOf(end, failure);
});

/** The end as the record has it; an execution that failed after it was recorded has failed all the same. */
function outputOf(end: RunEnd<Report>, failure: Input['failure']): Output {
  if (end.outcome === 'SUCCEEDED' && !failure) return { outcome: 'SUCCEEDED', report: end.report, isClosed: true };
  const { error = failure?.error, cause = failure?.cause ?? '' } = end;
  return { outcome: 'FAILED', error, cause, isClosed: true };
}

function untouched(instanceId: string, error: string | undefined): InstanceResult {
  return {
    InstanceId: instanceId,
    PreBackupScriptStatus: 'skipped',
    StopEc2InstanceStatus: 'skipped',
    BackupJobStatus: 'skipped',
    StartEc2InstanceStatus: 'skipped',
    PostBackupScriptStatus: 'skipped',
    FailureMessage: `not backed up: the run ended before its turn${error ? ` (${error})` : ''}`,
  };
}

function reportOf(run: RunRecord, results: InstanceResult[], finishedAt: number): Report {
  const failed = results.filter(({ FailureMessage }) => FailureMessage !== '').length;
  return {
    RunId: executionArnOf(run.runId),
    Targets: results.length,
    Succeeded: results.length - failed,
    Failed: failed,
    StartedAt: isoTime(run.startedAt),
    FinishedAt: isoTime(finishedAt),
    ...(results.length <= RESULTS_IN_STATE
      ? { Instances: results }
      : { ResultsTable: { TableName: RUNS_TABLE, RunId: run.runId } }),
  };
}

function describeFailures(total: number, failed: InstanceResult[], open: string[]): string {
  const lines = failed.map(({ InstanceId, FailureMessage }) => `${InstanceId}: ${FailureMessage}`);
  const stillOpen = open.map((instanceId) => `${instanceId}: its steps did not end; they are being undone now`);
  return [`${failed.length + open.length} of ${total + open.length} instances failed.`, ...lines, ...stillOpen]
    .join('\n')
    .slice(0, CAUSE_LIMIT);
}

/** Of every instance, also when the report leaves the lines of a large fleet to the table. */
function warningsOf(results: InstanceResult[]): string[] {
  return results.flatMap(({ InstanceId, Warning }) => (Warning ? [`Warning: ${InstanceId}: ${Warning}`] : []));
}

function describeResults(report: Report, warnings: string[]): string[] {
  return [
    `Instances: ${report.Targets}, succeeded ${report.Succeeded}, failed ${report.Failed}`,
    ...warnings,
    '',
    'Results:',
    ...(report.Instances ?? []).map((result) => JSON.stringify(result)),
    ...(report.ResultsTable ? [`in the table ${report.ResultsTable.TableName}, key runId`] : []),
  ];
}
