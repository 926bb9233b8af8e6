import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tables } from '../shared/clients/dynamodb';
import { nowSeconds } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { changeOf } from '../shared/items';
import { getRun, RUNS_TABLE, type RunRecord } from '../shared/runs/runs';
import type { Measurements } from './measurements';
import type { WorkerCopy } from './worker-request';

export const WORKFLOW = 'efs-to-efs';

/** How long before the end of its window a run is stopped, for the worker's last uploads. */
export const STOP_EARLY_SECONDS = 900;
/**
 * How long a run may try to begin, also while a comparison gives way to it, whose instance may have to be ended first;
 * and how long after its window or its end it may try to conclude.
 */
export const PATIENCE_SECONDS = { begin: 300, giveWay: 1800, conclude: 3600 };

/** How long a comparison that gives way may take to stop its work. It only reads, so that its instance may be ended then. */
export const GIVES_WAY_SECONDS = 60;

/** Longer than the function may run: the holder of an older lease is dead. */
const LEASE_SECONDS = 130;

/** What a run is about, as the record keeps it. */
export interface RunSettings {
  action: 'backup' | 'restore' | 'preview' | 'verify' | 'compare';
  windowMinutes: number;
  folderLabel: string;
  /** Backups. */
  source?: { fileSystemId: string; path: string };
  destination?: { fileSystemId: string };
  interval?: string;
  retain?: number;
  verifySampleFiles?: number;
  acceptShrunkCopy?: string;
  discardIncomplete?: boolean;
  /** Backups and restores. */
  exclude?: string[];
  /** The others: the file system with the copies; restores and previews: where to. */
  backup?: { fileSystemId: string };
  target?: { fileSystemId: string; path: string };
  copy?: WorkerCopy;
  subPath?: string;
  into?: 'newDirectory' | 'inPlace';
  deleteExtra?: boolean;
  previewId?: string;
  previewDigest?: string;
  /** Comparisons of a restored file system with its source, as it was before that time. */
  restored?: { fileSystemId: string };
  before?: string;
  /** Verifications and comparisons: how many files are read; for a verification 0 is all of them. */
  sampleFiles?: number;
}

/** What the worker reports at its end: docs/efs-to-efs.md. */
export interface WorkerReport {
  outcome: 'COMPLETED' | 'STOPPED' | 'FAILED';
  reason?: string;
  message?: string;
  filesVanished?: number;
  /** When a backup or restore that was stopped would have ended at its pace. */
  wouldEndAt?: number;
  /** How much the source has grown since the last good copy, and how long the next run will take. */
  growth?: { files: number; bytes: number };
  nextRunSeconds?: number;
  previewDigest?: string;
  [detail: string]: unknown;
}

/** Why a run ends. */
export type EndingCause =
  | 'InvalidInputError'
  | 'TargetBusyError'
  | 'StartFailed'
  | 'NoCapacity'
  | 'WorkerUnreachable'
  | 'WorkEnded'
  | 'WindowEnded'
  | 'StoppedByOperator'
  | 'GaveWay'
  | 'InstanceLost'
  | 'WorkerSilent';

/** What the steps of a run write into its record. */
export interface EfsToEfsFacts {
  settings?: RunSettings;
  /** The comparison that was asked to give way to this run. */
  waitsFor?: string;
  /** When this run claimed the group. */
  claimedAt?: number;
  stopAt?: number;
  windowEndsAt?: number;
  before?: Measurements;
  after?: Measurements;
  instance?: { instanceId: string; instanceType: string; availabilityZone: string };
  /** Since when the group does not show the instance any more. */
  missingSince?: number;
  commandIntendedAt?: number;
  commandId?: string;
  commandSentAt?: number;
  commandEnd?: { status: string; exitCode: number };
  /** When the run was given up: its last attempt to undo began. */
  givenUpAt?: number;
  /** When the run began to set the group's capacity to 0. A record of an earlier release says `sentHomeAt`: to set it again does no harm. */
  releasedAt?: number;
  /** When this run left the group, which another run may have claimed since. */
  groupLeftAt?: number;
  stopSentAt?: number;
  /** Written by the worker. */
  progress?: {
    phase: string;
    files: number;
    bytes: number;
    share: number;
    updatedAt: number;
    /** When the walk ends at its pace. */
    expectedEndAt?: number;
  };
  workerReport?: WorkerReport;
  launchFailure?: string;
  /** The error of the last invocation that could not advance the run. */
  lastProblem?: string;
  /** When an operator asked for its end. Such a run is not continued. */
  stopAskedAt?: number;
  /** The run that continues this one, whose instance was taken away. */
  continuedBy?: string;
  /** On a continuation: the window's first run, and this run's number in it. */
  continues?: string;
  attempt?: number;
  /** `heir`: the run for which a comparison gives way. */
  ending?: { cause: EndingCause; message: string; at: number; heir?: string };
  lease?: { id: string; until: number };
}

/** The record of one run. Every decision is made from it. Times are seconds since 1970. */
export type EfsToEfsRun = RunRecord<EfsToEfsFacts>;

/** The run, if it is one of this workflow. */
export async function getEfsToEfsRun(runId: string): Promise<EfsToEfsRun | undefined> {
  const run = await getRun<EfsToEfsRun>(runId);
  return run?.workflow === WORKFLOW ? run : undefined;
}

/** When the worker last gave a sign of work, or else got it: seconds since 1970. */
export function lastSignAt({ progress, commandSentAt }: EfsToEfsRun): number {
  return progress?.updatedAt ?? commandSentAt ?? 0;
}

/**
 * Lets one invocation at a time advance a run; the others leave it to the next minute's. Returns the run as it is now,
 * or nothing when another invocation holds the lease or the run is closed.
 */
export async function takeLease(runId: string): Promise<EfsToEfsRun | undefined> {
  const now = nowSeconds();
  const id = randomUUID();
  return write(
    runId,
    changeOf(
      { set: { lease: { id, until: now + LEASE_SECONDS } } },
      {
        // ":id" for a request that the SDK repeats because its answer was lost.
        condition:
          'attribute_exists(#open) AND (attribute_not_exists(#lease) OR #lease.#until < :now OR #lease.#id = :id)',
        names: { '#until': 'until', '#open': 'open', '#id': 'id' },
        values: { ':now': now, ':id': id },
      },
    ),
  );
}

/** Releases the lease. Safe to repeat: the lease of another invocation stays. */
export async function releaseLease({ runId, lease }: EfsToEfsRun): Promise<void> {
  const isOwn = { condition: '#lease.#id = :id', names: { '#id': 'id' }, values: { ':id': lease?.id } };
  await write(runId, changeOf({ remove: ['lease'] }, isOwn));
}

/** Adds to a run whose lease the caller holds. Returns the run as it is then, with what others wrote meanwhile. */
export async function note(run: EfsToEfsRun, fields: Partial<EfsToEfsRun>): Promise<EfsToEfsRun> {
  const isOwn = {
    condition: 'attribute_exists(#open) AND #lease.#id = :leaseId',
    names: { '#open': 'open', '#lease': 'lease', '#id': 'id' },
    values: { ':leaseId': run.lease?.id },
  };
  const written = await write(run.runId, changeOf({ set: fields }, isOwn));
  if (!written) throw new Error(`Another invocation advances ${run.runId} by now.`);
  return written;
}

/** Adds a field to an open run, with or without the lease. The first value stays. */
export async function recordOnce(
  runId: string,
  field: 'ending' | 'launchFailure' | 'stopAskedAt',
  value: unknown,
): Promise<void> {
  const isFirst = {
    condition: `attribute_exists(#open) AND attribute_not_exists(#${field})`,
    names: { '#open': 'open' },
  };
  await write(runId, changeOf({ set: { [field]: value } }, isFirst));
}

/** Records why the run ends. The first reason stays. */
export async function end(run: EfsToEfsRun, cause: EndingCause, message: string): Promise<EfsToEfsRun> {
  return run.ending ? run : note(run, { ending: { cause, message, at: nowSeconds() } });
}

async function write(runId: string, change: ReturnType<typeof changeOf>): Promise<EfsToEfsRun | undefined> {
  try {
    const { Attributes } = await tables.send(
      new UpdateCommand({ TableName: RUNS_TABLE, Key: { runId, item: 'run' }, ...change, ReturnValues: 'ALL_NEW' }),
    );
    return Attributes as EfsToEfsRun;
  } catch (error) {
    if (!hasName(error, 'ConditionalCheckFailedException')) throw error;
    return undefined;
  }
}
