import { isoTime } from '../shared/clock';
import type { RunEnd } from '../shared/runs/finish-run';
import type { EfsToEfsRun, EndingCause } from './run';

type Report = Record<string, unknown>;

/** What the operator reads of a run that did not come to its goal, by the reason. */
const SENTENCES: Record<EndingCause | 'WorkerFailed' | 'WorkerStopped' | 'NoReport', string> = {
  InvalidInputError: 'Nothing was started.',
  TargetBusyError: 'Nothing was started.',
  StartFailed: 'Nothing was started.',
  NoCapacity: 'No instance could be launched, so nothing was copied.',
  WorkerUnreachable: 'The instance never took the work, so nothing was copied.',
  WindowEnded: 'The window ended before the copy was complete; the next run goes on from there.',
  StoppedByOperator: 'The run was stopped before the copy was complete; the next run goes on from there.',
  InstanceLost: 'The instance was taken away before the copy was complete; the next run goes on from there.',
  WorkerSilent: 'The worker fell silent and was ended; the next run goes on from there.',
  WorkerStopped: 'The worker stopped before the copy was complete; the next run goes on from there.',
  WorkerFailed: 'The worker failed; the copies that were complete before are as they were.',
  WorkEnded: 'The worker ended without a report; nothing is known of the copy.',
  NoReport: 'The worker ended without a report; nothing is known of the copy.',
};

/** How a run ended: success only if the worker says that it has done what it was asked to. */
export function reportOf(run: EfsToEfsRun, leftovers: string[]): { end: RunEnd<Report>; hasWarnings: boolean } {
  const { workerReport, ending } = run;
  const report = compact({ ...factsOf(run), ...workerReport, ...(leftovers.length > 0 && { leftovers }) });
  const left = leftovers.length > 0 ? `\nThis could not be undone, look at it yourself: ${leftovers.join(', ')}.` : '';
  // Who heard that a run failed and is gone on with wants to hear how that ended.
  const hasWarnings = Number(workerReport?.filesVanished ?? 0) > 0 || run.continues !== undefined;
  if (workerReport?.outcome === 'COMPLETED' && !left) return { end: { outcome: 'SUCCEEDED', report }, hasWarnings };
  const { error, sentence, detail } = failureOf(run);
  const isComplete = workerReport?.outcome === 'COMPLETED';
  const cause = isComplete ? `The work is complete.${left}` : `${sentence}\n${detail}${left}`;
  const name = isComplete ? 'NotUndone' : error;
  return {
    end: { outcome: 'FAILED', report: { ...report, endingCause: ending?.cause }, error: name, cause },
    hasWarnings,
  };
}

function failureOf({ workerReport, ending, lastProblem, continuedBy }: EfsToEfsRun) {
  const cause = ending?.cause ?? 'StartFailed';
  const goesOn = continuedBy ? `\n${continuedBy} goes on in the rest of the window.` : '';
  const detail = `${ending?.message ?? lastProblem ?? ''}${goesOn}`;
  if (workerReport?.outcome === 'FAILED') {
    const { reason = 'WorkerFailed', message = '' } = workerReport;
    return { error: reason, sentence: SENTENCES.WorkerFailed, detail: `${reason}: ${message}` };
  }
  // It stops by itself at the end of the window, and then nobody has asked it to.
  if (workerReport?.outcome === 'STOPPED' && cause === 'WorkEnded')
    return { error: 'WindowEnded', sentence: SENTENCES.WindowEnded, detail };
  if (cause === 'WorkEnded') return { error: 'NoReport', sentence: SENTENCES.NoReport, detail };
  return { error: cause, sentence: SENTENCES[cause], detail };
}

/** The run's metadata: what was copied where, in which window, on what, and how the file systems were. */
function factsOf(run: EfsToEfsRun): Report {
  const { settings, before, after, instance, windowEndsAt, claimedAt, commandSentAt, commandId, commandEnd } = run;
  const [from, to] = [settings?.source ?? settings?.backup, settings?.destination ?? settings?.target];
  return {
    action: settings?.action,
    fromFileSystemId: from?.fileSystemId,
    fromPath: settings?.source?.path,
    toFileSystemId: to?.fileSystemId,
    toPath: settings?.target?.path,
    folderLabel: settings?.folderLabel,
    interval: settings?.interval,
    retain: settings?.retain,
    windowMinutes: settings?.windowMinutes,
    windowEndsAt,
    claimedAt,
    workStartedAt: commandSentAt,
    continues: run.continues,
    continuedBy: run.continuedBy,
    commandId,
    commandStatus: commandEnd?.status,
    instanceId: instance?.instanceId,
    instanceType: instance?.instanceType,
    availabilityZone: instance?.availabilityZone,
    fromBytes: before?.fromBytes,
    fromPerformanceMode: before?.fromPerformanceMode,
    toBytesBefore: before?.toBytes,
    toBytesAfter: after?.toBytes,
    toPerformanceMode: before?.toPerformanceMode,
    fromBurstCreditBytesBefore: before?.fromBurstCreditBytes,
    fromBurstCreditBytesAfter: after?.fromBurstCreditBytes,
    fromPermittedBytesPerSecond: before?.fromPermittedBytesPerSecond,
    logBucketBytes: before?.logBucketBytes,
  };
}

/** The lines of a notification about it: what a person wants to know first. */
export function describeReport(report: Report): string[] {
  const { phases, failedPaths, ...facts } = report;
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${textOf(name, value)}`);
  return ['Result:', ...lines, ...(phases ? [`phases: ${JSON.stringify(phases)}`] : []), ...pathLines(failedPaths)];
}

function pathLines(paths: unknown): string[] {
  return Array.isArray(paths) && paths.length > 0 ? ['Paths that failed:', ...paths.map(String)] : [];
}

function textOf(name: string, value: unknown): string {
  if (name.endsWith('At') && typeof value === 'number') return isoTime(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function compact(report: Report): Report {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined));
}
