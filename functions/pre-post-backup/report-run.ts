import { isoTime, nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { escapeToOneLine } from '../shared/escape-controls';
import { finishRun, type RunEnd, recordedEnd } from '../shared/runs/finish-run';
import { executionArnOf } from '../shared/runs/run-id';
import { getRunToReport, type StepInput } from '../shared/runs/runs';
import { describeCause, task } from '../shared/task';
import { type FleetPlan, planFleet } from './fleet-plan';
import { allGroups, type GroupInstance, type InstanceResult, isTouched } from './groups';
import type { Settings } from './input';
import { findLastTargets, type LastTargets, noteTargets } from './last-targets';
import type { FleetRun } from './settings';

interface Failure {
  error: string;
  cause?: string;
}

interface Input extends StepInput {
  input: unknown;
  /** The error that ended the run early. */
  failure?: Failure;
  /** Why groups were not closed, of a few of them. A text in a run that began before an update of the stack. */
  unclosed?: (Failure | string)[];
}

/** The end of the run: the execution's output, or its error and cause. */
interface Output {
  outcome: 'SUCCEEDED' | 'FAILED';
  /** Present when the run succeeded. */
  report?: Report;
  error?: string;
  cause?: string;
  /** False while groups are open. Then the undo execution closes the run. */
  isClosed: boolean;
}

interface Report {
  RunId: string;
  Targets: number;
  Succeeded: number;
  Failed: number;
  StartedAt: string;
  FinishedAt: string;
  /** Instances that the last successful run of the same tag had, and this one has not. */
  MissingSinceLastRun?: string[];
  /** The preflight's warnings. */
  Warnings?: string[];
  /** One line for each instance. Absent if the lines do not fit; then they are in the runs table under the run's id. */
  Instances?: InstanceResult[];
  ResultsTable?: { TableName: string; RunId: string };
  /** What would be done. */
  DryRun?: FleetPlan;
}

const RUNS_TABLE = requireEnv('RUNS_TABLE');
/** States hold 256 KiB; a result is about half a KiB. */
const RESULTS_IN_STATE = 200;
const MISSING_NAMED = 50;
/** Step Functions' own limit of a cause is 32 KiB. */
const CAUSE_LIMIT = 30_000;

/**
 * Ends a run: makes one report of all groups, closes the run record, releases the locks and notifies the operator.
 * While a group is open (its execution ended before its report), the record stays open for the undo execution.
 * Safe to repeat: the record holds the steps that are done.
 */
export const handler = task(async ({ runId, isUndo, input, failure, unclosed = [] }: Input): Promise<Output> => {
  const run = await getRunToReport<FleetRun>({ runId, isUndo }, 'pre-post-backup', input);
  if (!run.open) return outputOf(recordedEnd<Report>(run), failure);
  if (run.settings?.DryRun && !failure) return reportDryRun(run, run.settings);
  const results: InstanceResult[] = [];
  const instanceIds: string[] = [];
  const openGroups: string[] = [];
  const behind = new Set(unclosed.flatMap((each) => (typeof each === 'string' ? [] : [each.error])));
  // Without settings the preflight failed: its groups are drafts, and no instance was changed.
  for await (const group of run.settings ? allGroups(runId) : []) {
    instanceIds.push(...group.instances.map(({ instanceId }) => instanceId));
    for (const name of group.report?.behind ?? []) behind.add(name);
    if (group.report) results.push(...group.report.results);
    else if (isTouched(group)) openGroups.push(...group.instances.map(({ instanceId }) => instanceId));
    else results.push(...group.instances.map((instance) => untouched(instance, failure?.error)));
  }
  const failed = results.filter((result) => result.FailureMessage !== '');
  const error = failure?.error ?? 'BackupIncomplete';
  const cause = failure?.cause
    ? describeCause(failure.cause)
    : describeFailures(results.length, failed, openGroups, describeOpen(openGroups, unclosed, isUndo ?? false));
  if (openGroups.length > 0) return { outcome: 'FAILED', error, cause, isClosed: false };
  const isSuccess = !failure && failed.length === 0;
  const last = run.settings ? await findLastTargets(run.settings) : undefined;
  const missing = last?.instanceIds.filter((instanceId) => !instanceIds.includes(instanceId)) ?? [];
  const report = {
    ...reportOf(run, results, nowSeconds()),
    ...(missing.length > 0 && { MissingSinceLastRun: missing.slice(0, RESULTS_IN_STATE) }),
  };
  const warnings = [
    ...warningsOf(run, results),
    ...(last && missing.length > 0 ? [describeMissing(last, missing)] : []),
  ];
  const end = await finishRun(
    run,
    isSuccess
      ? { outcome: 'SUCCEEDED', report, behind: [...behind] }
      : { outcome: 'FAILED', report, error, cause, behind: [...behind] },
    {
      hasWarnings: warnings.length > 0,
      locks: instanceIds,
      describe: (recorded) => describeResults(recorded, warnings),
    },
  );
  if (end.outcome === 'SUCCEEDED' && run.settings) await noteTargets(run.settings, runId, instanceIds);
  return outputOf(end, failure);
});

/** Ends a run that only says what it would do. Nothing was locked, and the run does not count as one of its tag. */
async function reportDryRun(run: FleetRun, settings: Settings): Promise<Output> {
  const { plan: DryRun, instanceIds } = await planFleet(run.runId, settings);
  const last = await findLastTargets(settings);
  const missing = last?.instanceIds.filter((instanceId) => !instanceIds.has(instanceId)) ?? [];
  const report = {
    ...reportOf(run, [], nowSeconds()),
    Targets: DryRun.Targets,
    Instances: undefined,
    ...(missing.length > 0 && { MissingSinceLastRun: missing.slice(0, RESULTS_IN_STATE) }),
    DryRun,
  };
  return outputOf(await finishRun<Report>(run, { outcome: 'SUCCEEDED', report }, { locks: [] }), undefined);
}

function describeMissing({ run }: LastTargets, missing: string[]): string {
  const named = missing.slice(0, MISSING_NAMED).join(', ');
  const more = missing.length > MISSING_NAMED ? ` and ${missing.length - MISSING_NAMED} more` : '';
  return `Warning: not in this run, but in the last successful one of the same tag (${run}): ${named}${more}`;
}

/** Returns the recorded end. An execution that failed after the record was closed still ends FAILED. */
function outputOf(end: RunEnd<Report>, failure: Input['failure']): Output {
  if (end.outcome === 'SUCCEEDED' && !failure) return { outcome: 'SUCCEEDED', report: end.report, isClosed: true };
  const { error = failure?.error, cause = failure?.cause ?? '' } = end;
  return { outcome: 'FAILED', error, cause, isClosed: true };
}

function untouched({ instanceId, name }: GroupInstance, error: string | undefined): InstanceResult {
  return {
    InstanceId: instanceId,
    ...(name && { Name: name }),
    PreBackupScriptStatus: 'skipped',
    StopEc2InstanceStatus: 'skipped',
    BackupJobStatus: 'skipped',
    StartEc2InstanceStatus: 'skipped',
    PostBackupScriptStatus: 'skipped',
    FailureMessage: `not backed up: the run ended before its group began${error ? ` (${error})` : ''}`,
  };
}

function reportOf(run: FleetRun, results: InstanceResult[], finishedAt: number): Report {
  const failed = results.filter(({ FailureMessage }) => FailureMessage !== '').length;
  return {
    RunId: executionArnOf(run.runId),
    Targets: results.length,
    Succeeded: results.length - failed,
    Failed: failed,
    StartedAt: isoTime(run.startedAt),
    FinishedAt: isoTime(finishedAt),
    ...((run.warnings ?? []).length > 0 && { Warnings: run.warnings }),
    ...(results.length <= RESULTS_IN_STATE
      ? { Instances: results }
      : { ResultsTable: { TableName: RUNS_TABLE, RunId: run.runId } }),
  };
}

function describeFailures(total: number, failed: InstanceResult[], open: string[], openLines: string[]): string {
  return [
    `${failed.length + open.length} of ${total + open.length} instances failed.`,
    ...failed.map((result) => `${shown(result)}: ${result.FailureMessage}`),
    ...openLines,
  ]
    .join('\n')
    .slice(0, CAUSE_LIMIT);
}

/** The lines about instances whose groups have no report. */
function describeOpen(open: string[], unclosed: (Failure | string)[], isUndo: boolean): string[] {
  if (open.length === 0) return [];
  const next = isUndo ? 'and the undo could not close its group' : 'the undo execution closes them now';
  return [
    ...new Set(unclosed.map(describeUnclosed)),
    ...open.map((instanceId) => `${instanceId}: its steps did not end; ${next}`),
  ];
}

/** The cause may be a failed function's answer as JSON. */
function describeUnclosed(failure: Failure | string): string {
  const reason = typeof failure === 'string' ? failure : `${failure.error}: ${describeCause(failure.cause)}`;
  return `A group was not closed: ${reason}`;
}

/** The warnings of the preflight and of all instances, also if the report of a large fleet has no lines. */
function warningsOf({ warnings = [] }: FleetRun, results: InstanceResult[]): string[] {
  const ofRun = warnings.map((warning) => `Warning: ${warning}`);
  const ofInstances = results.flatMap((result) =>
    result.Warning ? [`Warning: ${shown(result)}: ${result.Warning}`] : [],
  );
  return [...ofRun, ...ofInstances];
}

/** `i-… (web-1)`; a name may have anything in it. */
function shown({ InstanceId, Name }: InstanceResult): string {
  return Name ? `${InstanceId} (${escapeToOneLine(Name)})` : InstanceId;
}

/** `i-… (web-1): backed up, recovery point arn:…, down for 41 min`; or why it is not. */
function describeInstance(result: InstanceResult): string {
  const { FailureMessage, BackupJobStatus, RecoveryPointArn, DowntimeSeconds } = result;
  return [
    `${shown(result)}: ${FailureMessage ? `FAILED: ${FailureMessage}` : 'backed up'}`,
    ...(FailureMessage && BackupJobStatus !== 'skipped' ? [`backup job ${BackupJobStatus}`] : []),
    ...(RecoveryPointArn ? [`recovery point ${RecoveryPointArn}`] : []),
    ...(DowntimeSeconds === undefined ? [] : [`down for ${Math.ceil(DowntimeSeconds / 60)} min`]),
  ].join(', ');
}

function describeResults(report: Report, warnings: string[]): string[] {
  return [
    `Instances: ${report.Targets}, succeeded ${report.Succeeded}, failed ${report.Failed}`,
    ...warnings,
    '',
    'Results:',
    ...(report.Instances ?? []).map(describeInstance),
    ...(report.ResultsTable ? [`in the table ${report.ResultsTable.TableName}, key runId`] : []),
  ];
}
