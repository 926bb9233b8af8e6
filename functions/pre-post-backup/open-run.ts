import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { InvalidInputError, TargetBusyError } from '../shared/errors';
import { allOf } from '../shared/in-batches';
import { collect } from '../shared/items';
import { releaseLock, takeTargetLock } from '../shared/runs/locks';
import { otherLocksTables } from '../shared/runs/other-stacks';
import { beginRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import { noteShards } from '../shared/waits/shards-in-use';
import { allGroups } from './groups';
import { holdersOf } from './holders';
import type { Settings } from './input';

interface Input {
  runId: string;
  input: unknown;
  settings: Settings;
  /** Of an execution that a release before began. */
  problems?: string[];
  warnings: string[];
  groupCount: number;
  isLargeFleet?: boolean;
}

/** The values that the state machine needs for its choices. All others are read from the run's items. */
interface Output {
  groupCount: number;
  maxConcurrentGroups: number;
  hasPreScript: boolean;
  hasPostScript: boolean;
  isStopRequired: boolean;
  resumesEarly: boolean;
  isLargeFleet: boolean;
  isDryRun: boolean;
}

const UNDO_STATE_MACHINE_ARN = requireEnv('UNDO_STATE_MACHINE_ARN');
const PARALLEL_LOCKS = 25;
/** The waits of so many groups write less than a tenth of what a partition of their index takes. */
const MOST_IN_ONE_PARTITION = 200;
/** The state machine's own timeout of 40 days, and its undo. */
const LONGEST_RUN_SECONDS = 50 * 24 * 3600;
/** A dry run looks at the locks of so many instances, one call each. */
const HOLDERS_LOOKED_FOR = 200;

/**
 * Writes the run record and takes one lock for each instance. A dry run takes none, and names who holds some.
 * Safe to repeat: the record stays as it is, and a run may take its own locks again.
 */
export const handler = task(async (input: Input): Promise<Output> => {
  const { runId, settings, problems = [], warnings, groupCount } = input;
  if (problems.length > 0) throw new InvalidInputError(problems);
  const isDryRun = settings.DryRun;
  const held = isDryRun ? await holdersOf((await instancesOf(runId)).slice(0, HOLDERS_LOOKED_FOR)) : [];
  const hasShards = groupCount > MOST_IN_ONE_PARTITION && !isDryRun;
  if (hasShards) await noteShards(nowSeconds() + LONGEST_RUN_SECONDS);
  await beginRun({
    runId,
    workflow: 'pre-post-backup',
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input.input),
    settings,
    warnings: [...warnings, ...held],
    groupCount,
    ...(hasShards && { hasShards }),
  });
  if (!isDryRun) await lockInstances(runId);
  const scripts = settings.RemoteRunCommandDetails;
  return {
    groupCount,
    maxConcurrentGroups: settings.MaxConcurrentGroups,
    hasPreScript: scripts?.PreBackupScriptDetails !== undefined,
    hasPostScript: scripts?.PostBackupScriptDetails !== undefined,
    isStopRequired: settings.StartStopEC2Required,
    resumesEarly: settings.ResumeAfter === 'SnapshotStarted',
    isLargeFleet: input.isLargeFleet ?? false,
    isDryRun,
  };
});

async function instancesOf(runId: string): Promise<string[]> {
  const groups = await collect(allGroups(runId));
  return groups.flatMap(({ instances }) => instances.map(({ instanceId }) => instanceId));
}

async function lockInstances(runId: string): Promise<void> {
  const instanceIds = await instancesOf(runId);
  const busy: string[] = [];
  const lockTables = await otherLocksTables();
  // Take one lock alone first: if two runs start at once on the same fleet, one of them gets all instances.
  let batch = instanceIds.slice(0, 1);
  for (let next = 1; batch.length > 0 && busy.length === 0; next += PARALLEL_LOCKS) {
    await allOf(
      batch.map(async (instanceId) => {
        const holder = await takeTargetLock(instanceId, runId, lockTables);
        if (holder) busy.push(`${instanceId} is in the run ${holder}`);
      }),
    );
    batch = instanceIds.slice(next, next + PARALLEL_LOCKS);
  }
  if (busy.length === 0) return;
  for (const instanceId of instanceIds) await releaseLock(instanceId, runId);
  throw new TargetBusyError(
    `Nothing was changed. Another run is in progress; wait for it or stop it:\n${busy
      .sort()
      .map((line) => `- ${line}`)
      .join('\n')}`,
  );
}
