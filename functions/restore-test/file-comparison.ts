import { createHash } from 'node:crypto';
import { nowSeconds } from '../shared/clock';
import { getRun, type RunFields } from '../shared/runs/runs';
import { nameOf } from './proof';
import type { RestoreTestRun, TestPlan } from './restore-test-run';

/** What a comparison of files reports when it is over: docs/efs-to-efs.md. */
export interface ComparisonReport {
  outcome?: string;
  reason?: string;
  message?: string;
  endingCause?: string;
  comparedFiles?: number;
  comparedBytes?: number;
  newerFiles?: number;
  readFiles?: number;
  failedPaths?: string[];
}

type Comparison = RunFields & { cause?: string; report?: ComparisonReport };

/** The worker mounts the file system that EFS-to-EFS backs up; empty where the stack has no worker. */
const COMPARED_FILE_SYSTEM_ID = process.env.COMPARED_FILE_SYSTEM_ID ?? '';
/** For the mount targets to go, and for the result. */
const REST_SECONDS = 40 * 60;

/** Whether the worker can compare the files of a source: it is the one that it backs up. */
export function hasComparableFiles({ resourceType, sourceArn }: TestPlan): boolean {
  return resourceType === 'EFS' && COMPARED_FILE_SYSTEM_ID !== '' && nameOf(sourceArn) === COMPARED_FILE_SYSTEM_ID;
}

/** What names the n-th comparison of a test, for every attempt to start it. */
export function requestIdOf({ runId }: RestoreTestRun, number: number): string {
  return `${createHash('sha256').update(`${runId}#compare`).digest('hex').slice(0, 32)}-${number}`;
}

/** The run of the test's last comparison. */
export function comparisonIdOf(run: RestoreTestRun): string | undefined {
  return run.comparisons ? `efs-to-efs-compare-${requestIdOf(run, run.comparisons)}` : undefined;
}

/** The record of the test's last comparison, if it was begun. */
export async function lastComparison(run: RestoreTestRun): Promise<Comparison | undefined> {
  const id = comparisonIdOf(run);
  return id === undefined ? undefined : ((await getRun(id)) as Comparison | undefined);
}

/** Whether a comparison ended because the worker was needed for another run. */
export function gaveWay(comparison: Comparison | undefined): boolean {
  return comparison !== undefined && !comparison.open && comparison.report?.endingCause === 'GaveWay';
}

/** How many seconds a comparison has before the mount targets must go, so that the result is in time. */
export function secondsLeft({ plan, startedAt }: RestoreTestRun): number {
  const end = plan.validateUntil ?? startedAt + (plan.maxTestHours ?? 0) * 3600;
  return end - REST_SECONDS - nowSeconds();
}
