import { DEFAULT_START_WINDOW_MINUTES } from '../shared/backup-window';
import { openRunOf, type RunRecord, type StepInput } from '../shared/runs/runs';
import { type Partition, shardOf } from '../shared/waits/partitions';
import type { CaughtFailure } from './groups';
import type { Settings } from './input';

/** The input of each step of a group. Steps read all other values from the run's items, so the state stays small. */
export interface GroupTaskInput extends StepInput {
  /** The group's number, from 0. */
  group: number;
  taskToken: string;
  /** The errors that the state machine caught, in order. Given to the steps of the way out. */
  failures?: CaughtFailure[];
}

interface FleetFacts {
  /** Absent when the preflight failed. */
  settings?: Settings;
  /** Of the preflight. */
  warnings?: string[];
  groupCount?: number;
  /** True if the waits of its groups are spread over the shards. */
  hasShards?: true;
}

/** The record of a run; its groups are items of their own (groups.ts). */
export type FleetRun = RunRecord<FleetFacts>;

/** So many groups may each ask EC2 for their own: it takes five requests to start instances at once. */
const FEW_GROUPS = 5;

/** What a step of a group needs to know of its run. */
interface OfRun {
  /** The run's input with its defaults, as the preflight stored it. */
  settings: Settings;
  /** True if the run has so many groups that they ask EC2 together. */
  hasManyGroups: boolean;
  /** In a large run, the partition of the group's waits. */
  partition?: Partition;
}

/** What a step of a group needs to know of its run. Throws RunIsOverError like `getOpenRun`. */
export function ofRun(run: FleetRun | undefined, { group, ...step }: StepInput & { group: number }): OfRun {
  const { settings, groupCount = 1, hasShards } = openRunOf(run, step);
  if (!settings) throw new Error(`The run ${step.runId} has no settings: its preflight did not end.`);
  return {
    settings,
    hasManyGroups: groupCount > FEW_GROUPS,
    ...(hasShards && { partition: shardOf(group) }),
  };
}

// AWS Backup's own default (API_StartBackupJob): EC2 jobs complete within 7 days at the most.
const DEFAULT_COMPLETE_WINDOW_MINUTES = 7 * 24 * 60;

/** Within this time AWS Backup ends the job by itself, plus an hour for its report. Returns seconds. */
export function backupDeadlineSeconds(settings: Settings): number {
  const { StartWindowMinutes, CompleteWindowMinutes } = settings.BackupDetails;
  const start = StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES;
  return (Math.max(start, CompleteWindowMinutes ?? start + DEFAULT_COMPLETE_WINDOW_MINUTES) + 60) * 60;
}

/** How long an instance may be stopped until its job runs. Runs that began before the setting existed have the default. */
export function maxMinutesStopped(settings: Settings): number {
  return (settings.MaxMinutesStopped as number | undefined) ?? 60;
}
