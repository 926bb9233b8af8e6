import { isoTime, nowSeconds } from '../shared/clock';
import { finishRun } from '../shared/finish-run';
import { getRun, openRun, type RunRecord } from '../shared/runs';
import { describeCause, task } from '../shared/task';
import { getWait } from '../shared/waits';
import { lockOf } from './lock';
import { type BackupRun, type RecoveryRun, type Step, waitId } from './recovery-run';
import { findRestored } from './restored-file-system';

interface Input {
  runId: string;
  workflow: string;
  input: unknown;
  /** ISO 8601: when the execution began; recovery time counts from there. The undo does not know it. */
  startTime?: string;
  failure?: { error: string; cause?: string };
  /** Why a half-restored file system could not be removed, if it could not. */
  removalFailure?: string;
}

/** The end of the run, as the execution's output or as its error and cause. */
interface Output {
  outcome: 'SUCCEEDED' | 'FAILED';
  report: Report;
  error?: string;
  cause?: string;
}

/** The keys are those of the documents before us; times are whole seconds. */
interface Report {
  RecoveryTime: number;
  BackupJobId?: string;
  CopyJobId?: string;
  RestoreJobId?: string;
  RecoveryPointArn?: string;
  BackupSizeInBytes?: number;
  RestoredFileSystemId?: string;
  RestoredFileSystemArn?: string;
  /** Where AWS Backup puts the data of a restore. */
  RestoredDirectory?: string;
  MountTargetIds?: string[];
  SettingsNotRestored?: string[];
  RemovedFileSystemId?: string;
  StepSeconds?: Partial<Record<Step, number>>;
  Warning?: string;
  DryRun?: object;
}

/**
 * Ends a run of efs-backup or efs-copy-restore: the result, the record closed, the lock given back, the operator told.
 * A file system that a failed restore left behind is named. Safe to repeat: the record says what has been done.
 */
export const handler = task(async (given: Input): Promise<Output> => {
  const { runId, workflow, input, startTime, failure, removalFailure } = given;
  const run = (await getRun(runId)) ?? (await openRun({ runId, workflow, input: JSON.stringify(input) }));
  const finishedAt = run.finishedAt ?? nowSeconds();
  const startedAt = startTime ? Math.floor(new Date(startTime).getTime() / 1000) : run.startedAt;
  const RecoveryTime = Math.max(0, finishedAt - startedAt);
  const found = await resultOf(run);
  const problem = failure ? { error: failure.error, cause: describeCause(failure.cause) } : found.problem;
  const report: Report = { ...found.report, RecoveryTime };
  const leftBehind =
    problem && report.RestoredFileSystemId
      ? `\nA file system was left behind: ${report.RestoredFileSystemId}. Use it or delete it.${removalFailure ? ` It could not be removed (${describeCause(removalFailure)}).` : ''}`
      : '';
  const cause = problem && `${problem.cause}${leftBehind}`;
  const outcome = problem ? 'FAILED' : 'SUCCEEDED';
  const message = [
    `Run: ${runId}`,
    `Outcome: ${outcome}${problem ? ` (${problem.error})` : ''}`,
    `From ${isoTime(startedAt)} to ${isoTime(finishedAt)} (${RecoveryTime} s)`,
    ...(cause ? ['', cause] : []),
    '',
    'Result:',
    JSON.stringify(report, undefined, 2),
  ].join('\n');
  const settings = (run as BackupRun | RecoveryRun).settings;
  await finishRun(
    { ...run, finishedAt },
    {
      outcome,
      report,
      error: problem?.error,
      cause,
      message,
      hasWarnings: report.Warning !== undefined || (report.SettingsNotRestored?.length ?? 0) > 0,
      locks: settings ? [lockOf(run.workflow, settings)] : [],
    },
  );
  return problem ? { outcome, report, error: problem.error, cause } : { outcome, report };
});

interface Found {
  report: Omit<Report, 'RecoveryTime'>;
  problem?: { error: string; cause: string };
}

async function resultOf(run: RunRecord): Promise<Found> {
  // Without settings the preflight failed, and nothing was begun.
  if (!run.settings) return { report: {} };
  return run.workflow === 'efs-backup' ? backupResult(run as BackupRun) : recoveryResult(run as RecoveryRun);
}

async function backupResult(run: BackupRun): Promise<Found> {
  const end = (await getWait(waitId(run.runId, 'backup')))?.settled[run.backupJobId ?? ''];
  const report = {
    BackupJobId: run.backupJobId,
    RecoveryPointArn: end?.recoveryPointArn as string | undefined,
    BackupSizeInBytes: end?.sizeInBytes as number | undefined,
  };
  if (end?.state === 'COMPLETED') {
    return {
      report: {
        ...report,
        ...(end.statusMessage !== undefined && { Warning: `completed with issues: ${end.statusMessage}` }),
      },
    };
  }
  const state = end?.state ?? (run.backupJobId ? 'still running as far as is known' : 'not started');
  return {
    report,
    problem: {
      error: 'BackupJobFailedError',
      cause: `The backup job ${run.backupJobId ?? ''} is ${state}${end?.statusMessage ? `: ${end.statusMessage}` : ''}`,
    },
  };
}

async function recoveryResult(run: RecoveryRun): Promise<Found> {
  const { plan, settings, fileSystem } = run;
  if (settings.DryRun) {
    const wouldCreate = {
      MountTargets: settings.MountTargets ?? [],
      AccessPoints: fileSystem.accessPoints?.length ?? 0,
    };
    return {
      report: {
        DryRun: {
          WouldCopy: plan.copyFrom,
          WouldRestore: plan.restoreFrom ?? 'the copy',
          WouldCreate: wouldCreate,
          FileSystem: fileSystem,
          ...plan,
        },
      },
    };
  }
  const restored = await findRestored(run);
  return {
    report: {
      CopyJobId: run.copyJobId,
      RestoreJobId: run.restoreJobId,
      RecoveryPointArn: run.restoredFrom as string | undefined,
      RestoredFileSystemId: restored?.FileSystemId,
      RestoredFileSystemArn: restored?.FileSystemArn,
      ...(restored && { RestoredDirectory: '/aws-backup-restore_*' }),
      MountTargetIds: run.mountTargetIds,
      ...(run.notRestored?.length && { SettingsNotRestored: run.notRestored }),
      RemovedFileSystemId: run.removedFileSystemId,
      StepSeconds: await stepSeconds(run),
      Warning: plan.sourceWarning,
    },
  };
}

async function stepSeconds(run: RecoveryRun): Promise<Partial<Record<Step, number>>> {
  const seconds: Partial<Record<Step, number>> = {};
  for (const step of ['copy', 'restore', 'mountTargets'] as const) {
    const wait = await getWait(waitId(run.runId, step));
    const ends = Object.values(wait?.settled ?? {}).map(({ at }) => at);
    if (wait && ends.length > 0) seconds[step] = Math.max(...ends) - wait.startedAt;
  }
  return seconds;
}
