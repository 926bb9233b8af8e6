import { nowSeconds } from '../shared/clock';
import { finishRun, type RunEnd } from '../shared/runs/finish-run';
import { getRunToReport, type StepInput } from '../shared/runs/runs';
import { describeCause, describeError, task } from '../shared/task';
import { getWait } from '../shared/waits/waits';
import { expectRecovery, planBackup } from './efs-plan';
import { BackupJobFailedError } from './errors';
import { mustBeEncrypted } from './file-system';
import { lockOf } from './lock';
import { isPolicyMissing, withholdsMountTargets } from './missing-policy';
import { type BackupRun, creationToken, type RecoveryRun, waitId } from './recovery-run';
import { findRestored, restoreEnd } from './restored-file-system';

interface Input extends StepInput {
  workflow: string;
  input: unknown;
  /** ISO 8601: when the execution began; recovery time counts from here. Absent in the undo. */
  startTime?: string;
  failure?: { error: string; cause?: string };
  /** Why a half-restored file system could not be removed, if it could not. */
  removalFailure?: string;
}

/** Keys as in the SSM documents that these workflows replace; times in whole seconds. */
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
  StepSeconds?: Record<string, number>;
  Warning?: string;
  DryRun?: object;
}

/**
 * Ends a run of efs-backup or efs-copy-restore: makes the result, closes the record, releases the lock, notifies the
 * operator. Names a file system that a failed restore left behind. Safe to repeat: the record says which part is done.
 */
export const handler = task(async (given: Input): Promise<RunEnd<Report>> => {
  const { runId, isUndo, workflow, input, startTime, failure, removalFailure } = given;
  // One whose preflight failed has no settings.
  const run = await getRunToReport<BackupRun | RecoveryRun>({ runId, isUndo }, workflow, input);
  const finishedAt = run.finishedAt ?? nowSeconds();
  const startedAt = startTime ? Math.floor(new Date(startTime).getTime() / 1000) : run.startedAt;
  const RecoveryTime = Math.max(0, finishedAt - startedAt);
  const found = await resultOf(run, failure !== undefined);
  const problem = failure ? { error: failure.error, cause: describeCause(failure.cause) } : found.problem;
  const report: Report = { ...found.report, RecoveryTime };
  const left = leftBehind(found, removalFailure, run.workflow === 'efs-copy-restore' && run.settings?.DeleteOnFailure);
  const cause = problem && [problem.cause, ...left].filter(Boolean).join('\n');
  return finishRun<Report>(
    { ...run, finishedAt },
    problem ? { outcome: 'FAILED', report, error: problem.error, cause } : { outcome: 'SUCCEEDED', report },
    {
      hasWarnings: report.Warning !== undefined || (report.SettingsNotRestored?.length ?? 0) > 0,
      locks: run.settings && !run.settings.DryRun ? [lockOf(run.workflow, run.settings)] : [],
      firstLine: openFileSystem(run, report),
    },
  );
});

/** The first line about a restored file system that nothing keeps clients out of, as far as is known. */
function openFileSystem(run: BackupRun | RecoveryRun, { RestoredFileSystemId: id }: Report): string | undefined {
  if (run.workflow !== 'efs-copy-restore' || !id || !isPolicyMissing(run as RecoveryRun)) return undefined;
  const what = `${id} HAS NO FILE SYSTEM POLICY: that of the source could not be read or put back.`;
  return withholdsMountTargets(run as RecoveryRun)
    ? `${what} No mount target was made (UnknownPolicy).`
    : `${what} Every NFS client that reaches a mount target may use it. Put the policy.`;
}

interface Found {
  report: Omit<Report, 'RecoveryTime'>;
  problem?: { error: string; cause: string };
  /** What the restore may have created, when that could not be looked up. */
  uncertain?: string;
}

/** What the operator must look after when a run failed: names everything that a restore created. */
function leftBehind({ report, uncertain }: Found, removalFailure: string | undefined, isRemoved: boolean): string[] {
  const { RestoredFileSystemId: id, RemovedFileSystemId: removed } = report;
  return [
    // While its restore may run, it is neither to be used nor to be deleted.
    ...(id && !uncertain ? [`A file system was left behind: ${id}. Use it or delete it.`] : []),
    ...(removed ? [`The file system ${removed}, which the restore left half done, was removed.`] : []),
    ...(uncertain ? [uncertain] : []),
    ...(id && removalFailure
      ? [
          `${isRemoved ? 'It could not be removed' : 'Its end could not be waited for'} (${describeCause(removalFailure)}).`,
        ]
      : []),
  ];
}

async function resultOf(run: BackupRun | RecoveryRun, hasFailed: boolean): Promise<Found> {
  // Without settings the preflight failed: nothing was started.
  if (!run.settings) return { report: {} };
  return run.workflow === 'efs-backup' ? backupResult(run, hasFailed) : recoveryResult(run, hasFailed);
}

async function backupResult(run: BackupRun, hasFailed: boolean): Promise<Found> {
  if (run.settings.DryRun && !hasFailed)
    return { report: { DryRun: await planBackup(run), Warning: joined(run.warnings ?? []) } };
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
        Warning: joined([
          ...(run.warnings ?? []),
          end.statusMessage === undefined ? undefined : `completed with issues: ${end.statusMessage}`,
        ]),
      },
    };
  }
  const state = end?.state ?? (run.backupJobId ? 'still running as far as is known' : 'not started');
  return {
    report,
    problem: {
      error: new BackupJobFailedError().name,
      cause: `The backup job ${run.backupJobId ?? ''} is ${state}${end?.statusMessage ? `: ${end.statusMessage}` : ''}`,
    },
  };
}

async function recoveryResult(run: RecoveryRun, hasFailed: boolean): Promise<Found> {
  const { plan, settings } = run;
  const assumptions = run.fileSystem.assumptions ?? [];
  if (settings.DryRun) {
    const { notRestored = [] } = run.fileSystem;
    return {
      report: {
        DryRun: { ...whatWouldBeDone(run), ...expectRecovery(run) },
        ...(notRestored.length > 0 && { SettingsNotRestored: notRestored }),
        Warning: joined([...(run.warnings ?? []), plan.sourceWarning, ...assumptions]),
      },
    };
  }
  const end = await restoreEnd(run);
  const { restored, uncertain } = await lookForRestored(run, end?.state, hasFailed);
  const copy = (await getWait(waitId(run.runId, 'copy')))?.settled[run.copyJobId ?? ''];
  const Warning = joined([
    ...(run.warnings ?? []),
    plan.sourceWarning,
    ...assumptions,
    copy?.state === 'COMPLETED' && copy.statusMessage ? `copied with issues: ${copy.statusMessage}` : undefined,
    end?.state === 'COMPLETED' && end.statusMessage ? `restored with issues: ${end.statusMessage}` : undefined,
  ]);
  return {
    ...(uncertain && { uncertain }),
    report: {
      CopyJobId: run.copyJobId,
      RestoreJobId: run.restoreJobId,
      RecoveryPointArn: run.restoredFrom,
      RestoredFileSystemId: restored?.FileSystemId,
      RestoredFileSystemArn: restored?.FileSystemArn,
      ...(restored && { RestoredDirectory: '/aws-backup-restore_*' }),
      MountTargetIds: run.mountTargetIds,
      ...(run.notRestored?.length && { SettingsNotRestored: run.notRestored }),
      // A file system that can still be found was not removed.
      ...(!restored && !uncertain && { RemovedFileSystemId: run.removedFileSystemId }),
      StepSeconds: await stepSeconds(run),
      Warning,
    },
  };
}

/** Warnings as one text; undefined when there is none. */
function joined(warnings: (string | undefined)[]): string | undefined {
  return warnings.filter(Boolean).join('; ') || undefined;
}

/** The restored file system, or why it could not be looked up: a failed run is reported in either case. */
async function lookForRestored(run: RecoveryRun, end: string | undefined, hasFailed: boolean) {
  if (!run.restoreIntendedAt) return {};
  const token = creationToken(run.runId);
  try {
    const restored = await findRestored(run);
    if (end) return { restored };
    const job = run.restoreJobId ? `job ${run.restoreJobId}` : 'job, if it was started,';
    const unknown = `The end of the restore ${job} is not known.`;
    return restored
      ? {
          restored,
          uncertain: `${unknown} It may still fill ${restored.FileSystemId}: look at the job before you use or delete that.`,
        }
      : { uncertain: `${unknown} If it makes a file system, that has the creation token ${token}.` };
  } catch (error) {
    if (!hasFailed) throw error;
    return {
      uncertain: `Whether a restored file system exists could not be looked up (${describeError(error)}). Look in ${run.settings.DestinationRegionName} for the creation token ${token}.`,
    };
  }
}

function whatWouldBeDone({ plan, settings, fileSystem }: RecoveryRun): object {
  const named = (point: { arn: string; createdAt: string } | undefined) =>
    point && { RecoveryPointArn: point.arn, CreationDate: point.createdAt };
  return {
    WouldCopy: plan.copyFrom,
    WouldRestore: plan.restoreFrom ?? 'the copy',
    WouldCreate: {
      FileSystem: {
        Region: settings.DestinationRegionName,
        Encrypted: mustBeEncrypted(fileSystem, settings.DestinationKmsKeyId),
        KmsKeyId: settings.DestinationKmsKeyId,
        PerformanceMode: fileSystem.performanceMode ?? 'generalPurpose',
        AvailabilityZoneName: settings.AvailabilityZoneName,
        ThroughputMode: fileSystem.throughputMode,
        Tags: fileSystem.tags,
        LifecyclePolicies: fileSystem.lifecyclePolicies,
      },
      MountTargets: settings.MountTargets ?? [],
      AccessPoints: fileSystem.accessPointCount ?? fileSystem.accessPoints?.length ?? 'not known',
    },
    SettingsReadFrom: fileSystem.readFrom,
    SourceRegionName: plan.sourceRegion,
    IsSourceReachable: plan.isSourceReachable,
    NewestInSource: named(plan.newestInSource),
    NewestInDestination: named(plan.newestInDestination),
  };
}

async function stepSeconds(run: RecoveryRun): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  for (const [name, step] of [
    ['Copy', 'copy'],
    ['Restore', 'restore'],
    ['MountTargets', 'mountTargets'],
  ] as const) {
    const wait = await getWait(waitId(run.runId, step));
    const ends = Object.values(wait?.settled ?? {}).map(({ at }) => at);
    if (wait && ends.length > 0) seconds[name] = Math.max(...ends) - wait.startedAt;
  }
  return seconds;
}
