import { CreateAccessPointCommand, type EFSClient } from '@aws-sdk/client-efs';
import { nowSeconds, sleep } from '../../shared/clock';
import { hasName } from '../../shared/error-name';
import { updateRun } from '../../shared/runs/runs';
import { describeError, isTransient } from '../../shared/task';
import type { AccessPoint } from '../file-system';
import { idempotencyToken, type RecoveryRun } from '../recovery-run';
import { type AccessPointPart, loadAccessPoints } from './access-points';

/** How far the access points of a run have come; kept in its record, small however many there are. */
export interface AccessPointProgress {
  /** The part, and the access point in it, that is next. */
  part: number;
  index: number;
  startedAt: number;
  /** Those that could not be made, by the reason. */
  failures: Record<string, { count: number; paths: string[] }>;
  /** New ARNs of those that the file system policy names, by the old ones. */
  renamed: Record<string, string>;
  /** Seconds between two of them. Absent in runs of earlier releases. */
  paceSeconds?: number;
}

/** How often the progress is written, in access points: repeating some after a crash is harmless. */
const NOTED_EVERY = 50;
/**
 * EFS publishes no rate of CreateAccessPoint: on a throttle the next attempt comes so much later, and from then on the pace
 * is slower; each one that is made lets the next come a little sooner. The SDK's adaptive mode would slow down other calls.
 */
const THROTTLED_SECONDS = 5;
const PACE = { least: 0.25, most: 8, slower: 1.5, faster: 0.99 };
/** After so long the rest is named as not restored instead of tried further. 10,000 at the slowest pace fit. */
const PATIENCE_SECONDS = 24 * 3600;
const NAMED_PATHS = 3;
const NAMED_REASONS = 10;

/**
 * Makes the source's access points again, as long as `hasTime` says so. Returns the progress, and whether all have had
 * their turn. Safe to repeat: the same client token gives the same access point (API_CreateAccessPoint).
 */
export async function restoreAccessPoints(
  efs: EFSClient,
  run: RecoveryRun,
  restored: { id: string; arn: string },
  hasTime: () => boolean,
): Promise<{ progress: AccessPointProgress; isDone: boolean }> {
  const progress = run.accessPointProgress ?? { part: 0, index: 0, startedAt: nowSeconds(), failures: {}, renamed: {} };
  const isPatient = () => nowSeconds() - progress.startedAt < PATIENCE_SECONDS;
  for (let part = await partOf(run, progress.part); part; part = await partOf(run, progress.part)) {
    for (; progress.index < part.accessPoints.length; progress.index += 1) {
      if (!hasTime()) return { progress: await noted(run, progress), isDone: false };
      const accessPoint = part.accessPoints[progress.index] as AccessPoint;
      const number = part.first + progress.index;
      if (progress.paceSeconds) await sleep(progress.paceSeconds);
      const isSettled = await restoreOne(efs, run, restored, accessPoint, number, progress, { hasTime, isPatient });
      if (!isSettled) return { progress: await noted(run, progress), isDone: false };
      if (progress.index % NOTED_EVERY === 0) await noted(run, progress);
    }
    progress.part += 1;
    progress.index = 0;
  }
  return { progress: await noted(run, progress), isDone: true };
}

/** What could not be made, for the report: a line a reason, with a few of the paths. */
export function describeFailures({ failures }: AccessPointProgress): string[] {
  return Object.entries(failures).map(([reason, { count, paths }]) => {
    const more = count > paths.length ? ` and ${count - paths.length} more` : '';
    return `access point ${paths.join(', ')}${more}: ${reason}`;
  });
}

/** Runs of earlier releases have their access points in the record. */
async function partOf({ runId, fileSystem }: RecoveryRun, number: number): Promise<AccessPointPart | undefined> {
  if (!fileSystem.accessPoints) return loadAccessPoints(runId, number);
  return number === 0 ? { first: 0, accessPoints: fileSystem.accessPoints } : undefined;
}

async function noted(run: RecoveryRun, progress: AccessPointProgress): Promise<AccessPointProgress> {
  await updateRun(run.runId, { accessPointProgress: progress });
  return progress;
}

/** False when the time ran out before EFS accepted or refused it. */
async function restoreOne(
  efs: EFSClient,
  run: RecoveryRun,
  restored: { id: string; arn: string },
  accessPoint: AccessPoint,
  number: number,
  progress: AccessPointProgress,
  { hasTime, isPatient }: { hasTime: () => boolean; isPatient: () => boolean },
): Promise<boolean> {
  for (;;) {
    try {
      const { id, attempts } = await createAccessPoint(efs, run.runId, restored.id, accessPoint, number);
      const newArn = restored.arn.replace(/file-system\/.*/, `access-point/${id}`);
      if (run.fileSystem.policy?.includes(accessPoint.arn)) progress.renamed[accessPoint.arn] = newArn;
      // More than one attempt: EFS throttled the SDK, which tried again.
      if (attempts > 1) slowDown(progress);
      else if (progress.paceSeconds) progress.paceSeconds *= PACE.faster;
      return true;
    } catch (error) {
      const mayPass = isTransient(error) || hasName(error, 'IncorrectFileSystemLifeCycleState');
      if (!mayPass || !isPatient()) {
        addFailure(progress, accessPoint, describeError(error));
        return true;
      }
      slowDown(progress);
      if (!hasTime()) return false;
      await sleep(THROTTLED_SECONDS);
    }
  }
}

function slowDown(progress: AccessPointProgress): void {
  progress.paceSeconds = Math.min(PACE.most, Math.max(PACE.least, (progress.paceSeconds ?? 0) * PACE.slower));
}

async function createAccessPoint(
  efs: EFSClient,
  runId: string,
  FileSystemId: string,
  { posixUser, rootDirectory, tags }: AccessPoint,
  number: number,
): Promise<{ id: string | undefined; attempts: number }> {
  try {
    const { AccessPointId, $metadata } = await efs.send(
      new CreateAccessPointCommand({
        FileSystemId,
        ClientToken: idempotencyToken(`${runId}#accessPoint${number}`, 'restore'),
        PosixUser: posixUser,
        RootDirectory: rootDirectory,
        Tags: Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return { id: AccessPointId, attempts: $metadata.attempts ?? 1 };
  } catch (error) {
    // An earlier attempt created it.
    const { AccessPointId } = error as Error & { AccessPointId?: string };
    if (!hasName(error, 'AccessPointAlreadyExists')) throw error;
    return { id: AccessPointId, attempts: 1 };
  }
}

function addFailure({ failures }: AccessPointProgress, { rootDirectory }: AccessPoint, reason: string): void {
  // Some reasons name the access point or the request.
  const short = reason.slice(0, 500);
  const isListed = short in failures || Object.keys(failures).length < NAMED_REASONS;
  const key = isListed ? short : 'other reasons';
  failures[key] ??= { count: 0, paths: [] };
  const failure = failures[key];
  failure.count += 1;
  if (failure.paths.length < NAMED_PATHS) failure.paths.push(rootDirectory?.Path ?? '/');
}
