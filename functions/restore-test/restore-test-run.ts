import { createHash } from 'node:crypto';
import type { RunRecord } from '../shared/runs/runs';
import { TEST_MARK } from '../shared/test-mark';
import type { Checks } from './input';

/** The types of resources that a test can look at. */
export const TESTED_TYPES: readonly string[] = ['DynamoDB', 'EC2', 'EFS'];

/** What the preflight found out about the test. */
export interface TestPlan {
  resourceType: string;
  sourceArn: string;
  recoveryPointArn: string;
  /** Seconds since 1970, as all times here. */
  recoveryPointAt?: number;
  /** Of a scheduled test: the job, and until when AWS Backup takes a result. */
  restoreJobId?: string;
  restoreStartedAt?: number;
  validateUntil?: number;
  /** Of a test on demand. */
  maxTestHours?: number;
}

/** What a check looked at and what it found; `isBad` fails the test. */
export interface Finding {
  check: string;
  result: string;
  isBad?: boolean;
}

/** The result of a test, once there is one: it does not change any more. */
export interface Verdict {
  status: 'SUCCESSFUL' | 'FAILED';
  message: string;
  at: number;
  /** The validation window had ended. */
  isLate?: true;
}

interface RestoreTestFacts {
  settings: { checks: Checks; isOnDemand: boolean; isDryRun: boolean };
  plan: TestPlan;
  warnings?: string[];
  /** Written before StartRestoreJob: from then on something may be made. */
  restoreIntendedAt?: number;
  restoreJobId?: string;
  /** When the job that is looked at began, and what it made, as AWS Backup says. */
  restoreStartedAt?: number;
  createdResourceArn?: string;
  /** What AWS Backup says of a restore that it completed with issues. */
  restoredWith?: string;
  /** Written before the script is sent to the restored instance; then the command. */
  scriptIntendedAt?: number;
  commandId?: string;
  /** Written before the restored file system gets its mount targets. */
  mountIntended?: boolean;
  /** How many comparisons of its files were asked for. */
  comparisons?: number;
  findings?: Finding[];
  wanted?: { rtoSeconds?: number; rpoSeconds?: number };
  verdict?: Verdict;
  /** AWS Backup has the result. */
  resultPutAt?: number;
  removalRequestedAt?: number;
  /** What is still there, with the reason why it was not removed. */
  leftBehind?: { resource: string; reason: string };
}

/** The record of a restore test. */
export type RestoreTestRun = RunRecord<RestoreTestFacts>;

export const WORKFLOW = 'restore-test';

type Step =
  | 'restore'
  | 'metered'
  | 'mounted'
  | 'compared'
  | 'comparisonEnded'
  | 'unmounted'
  | 'booted'
  | 'script'
  | 'deletion'
  | 'removal';

export function waitId(runId: string, step: Step): string {
  return `${runId}#${step}`;
}

/** The same for every attempt: AWS Backup never starts a second job for it. */
export function idempotencyToken(runId: string): string {
  return createHash('sha256').update(`${runId}#restore`).digest('hex');
}

/** The name of the table, or the creation token of the file system, that a test on demand restores. */
export function testName(runId: string): string {
  return `${TEST_MARK}-${idempotencyToken(runId).slice(0, 32)}`;
}

/** Two tests of one source on demand would pay twice; a job of restore testing has one result. */
export function lockOf({ sourceArn, restoreJobId }: TestPlan): string {
  return `${WORKFLOW}/${restoreJobId ?? sourceArn}`;
}
