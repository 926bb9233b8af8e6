import { isoTime } from '../shared/clock';
import type { RunEnd } from '../shared/runs/finish-run';
import type { EfsToEfsRun, EndingCause } from './run';

type Report = Record<string, unknown>;

/** The sentence of the notification for a run that failed, by the reason. */
const SENTENCES: Record<EndingCause | 'WorkerFailed' | 'WorkerStopped' | 'NoReport', string> = {
  InvalidInputError: 'Nothing was started.',
  TargetBusyError: 'Nothing was started.',
  StartFailed: 'Nothing was started.',
  NoCapacity: 'No instance could be launched, so nothing was copied.',
  WorkerUnreachable: 'The instance never took the work, so nothing was copied.',
  WindowEnded: 'The window ended before the copy was complete; the next run resumes it.',
  StoppedByOperator: 'The run was stopped before the copy was complete; the next run resumes it.',
  GaveWay: 'The worker was needed for another run; the restore test compares again.',
  InstanceLost: 'The instance was taken away before the copy was complete; the next run resumes it.',
  WorkerSilent: 'The worker reported nothing for 15 minutes and was ended; the next run resumes it.',
  WorkerStopped: 'The worker stopped before the copy was complete; the next run resumes it.',
  WorkerFailed: 'The worker failed; the copies that were complete before are as they were.',
  WorkEnded: 'The worker ended without a report; the state of the copy is not known.',
  NoReport: 'The worker ended without a report; the state of the copy is not known.',
};

/** The worker's answer about a backup that is not good. */
const RESTORED_DIFFERS = 'RestoredDiffers';
/** A suspect copy is complete: it is the operator who has to say whether it is right. */
const SUSPECT = 'The copy is complete but has lost so much that it replaces no other copy.';

/** How a run ended. SUCCEEDED only if the worker reports COMPLETED and nothing is left to undo. */
export function reportOf(run: EfsToEfsRun, leftovers: string[]): { end: RunEnd<Report>; hasWarnings: boolean } {
  const { workerReport, ending } = run;
  const report = compact({ ...factsOf(run), ...workerReport, ...(leftovers.length > 0 && { leftovers }) });
  const left = leftovers.length > 0 ? `\nThis could not be undone, look at it yourself: ${leftovers.join(', ')}.` : '';
  // Report a continuation even if it succeeds: the notification before it said that the run failed.
  const lists = ['suspectCopies', 'removedSuspectCopies', 'copiesOfFuture'];
  const hasLists = lists.some((name) => (workerReport?.[name] as unknown[] | undefined)?.length);
  const isTooLong = Number(workerReport?.nextRunSeconds ?? 0) > (run.settings?.windowMinutes ?? Infinity) * 60;
  const hasWarnings =
    Number(workerReport?.filesVanished ?? 0) > 0 || hasLists || isTooLong || run.continues !== undefined;
  // Its verdict is the restore test's, which asks again after it gave way.
  const hasAnswered = workerReport?.reason === RESTORED_DIFFERS || ending?.cause === 'GaveWay';
  if (run.settings?.action === 'compare' && hasAnswered && !left)
    return { end: { outcome: 'SUCCEEDED', report: { ...report, endingCause: ending?.cause } }, hasWarnings: false };
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

/** When a run that did not come to its end would have: what the window lacks. */
function paceOf({ workerReport, progress, windowEndsAt }: EfsToEfsRun): string {
  const wouldEndAt = workerReport?.wouldEndAt ?? progress?.expectedEndAt;
  if (wouldEndAt === undefined || windowEndsAt === undefined || workerReport?.outcome === 'COMPLETED') return '';
  const minutes = Math.ceil((wouldEndAt - windowEndsAt) / 60);
  const late = minutes > 0 ? `, ${minutes} minutes after its window` : '';
  return `\nAt its pace it would have ended at ${isoTime(wouldEndAt)}${late}.`;
}

function failureOf(run: EfsToEfsRun) {
  const { workerReport, ending, lastProblem, continuedBy } = run;
  const cause = ending?.cause ?? 'StartFailed';
  const goesOn = continuedBy ? `\n${continuedBy} continues in the rest of the window.` : '';
  const detail = `${ending?.message ?? lastProblem ?? ''}${paceOf(run)}${goesOn}`;
  if (workerReport?.outcome === 'FAILED') {
    const { reason = 'WorkerFailed', message = '' } = workerReport;
    if (reason === 'CopySuspect') return { error: reason, sentence: SUSPECT, detail: message };
    return { error: reason, sentence: SENTENCES.WorkerFailed, detail: `${reason}: ${message}` };
  }
  // The worker stops by itself at the end of the window, before any stop request.
  if (workerReport?.outcome === 'STOPPED' && cause === 'WorkEnded')
    return { error: 'WindowEnded', sentence: SENTENCES.WindowEnded, detail };
  if (cause === 'WorkEnded') return { error: 'NoReport', sentence: SENTENCES.NoReport, detail };
  return { error: cause, sentence: SENTENCES[cause], detail };
}

/** The run's metadata: what was copied where, in which window, on what, and how the file systems were. */
function factsOf(run: EfsToEfsRun): Report {
  const { settings, before, after, instance, windowEndsAt, claimedAt, commandSentAt, commandId, commandEnd } = run;
  const [from, to] = [
    settings?.source ?? settings?.backup,
    settings?.destination ?? settings?.target ?? settings?.restored,
  ];
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

/** The lines of the notification, the most important first. */
export function describeReport(report: Report): string[] {
  const { phases, failedPaths, ...facts } = report;
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${textOf(name, value)}`);
  return ['Result:', ...lines, ...(phases ? [`phases: ${JSON.stringify(phases)}`] : []), ...pathLines(failedPaths)];
}

function pathLines(paths: unknown): string[] {
  return Array.isArray(paths) && paths.length > 0
    ? ['Paths that failed:', ...paths.map((path) => JSON.stringify(String(path)))]
    : [];
}

function textOf(name: string, value: unknown): string {
  if (name.endsWith('At') && typeof value === 'number') return isoTime(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function compact(report: Report): Report {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined));
}
