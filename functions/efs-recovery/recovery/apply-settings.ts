import {
  type EFSClient,
  PutBackupPolicyCommand,
  PutFileSystemPolicyCommand,
  PutLifecycleConfigurationCommand,
  TagResourceCommand,
  UpdateFileSystemCommand,
  UpdateFileSystemProtectionCommand,
} from '@aws-sdk/client-efs';
import { nowSeconds } from '../../shared/clock';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { describeError, isTransient, task } from '../../shared/task';
import { accountOf } from '../destination';
import { RestoreJobFailedError } from '../errors';
import { getRecoveryRun, type RecoveryRun } from '../recovery-run';
import { efsInDestination, requireRestored, restoreEnd } from '../restored-file-system';
import { describeFailures, restoreAccessPoints } from './restore-access-points';

interface Input {
  runId: string;
  /** The state machine comes back until `isDone`; those of earlier releases do not. */
  canContinue?: boolean;
}

/** What is left of the function's time to write its progress. */
const SPARE_MILLISECONDS = 60_000;

/** The restored file system before its settings are applied. */
interface Restored {
  id: string;
  arn: string;
  throughputMode: string | undefined;
  overwriteProtection: string | undefined;
}

/**
 * Gives the restored file system the source's throughput mode, tags, lifecycle and backup policies, policy and access
 * points. A setting that cannot be put back does not fail the run: the result names it.
 * Makes as many access points as the function's time allows and returns whether all are done.
 * Safe to repeat: each call sets a value; none adds twice.
 */
export const handler = task(async ({ runId, canContinue = false }: Input, context): Promise<{ isDone: boolean }> => {
  const run = await getRecoveryRun(runId);
  const end = await restoreEnd(run);
  if (end?.state !== 'COMPLETED') {
    throw new RestoreJobFailedError(
      `The restore job ${run.restoreJobId} is ${end?.state ?? 'unknown'}${end?.statusMessage ? `: ${end.statusMessage}` : ''}`,
    );
  }
  const found = await requireRestored(run);
  const restored = {
    id: found.FileSystemId,
    arn: found.FileSystemArn ?? '',
    throughputMode: found.ThroughputMode,
    overwriteProtection: found.FileSystemProtection?.ReplicationOverwriteProtection,
  };
  const notRestored = [...(run.fileSystem.notRestored ?? [])];
  const efs = efsInDestination(run);
  if (!run.settingsAppliedAt) {
    await applyEach(changes(efs, run, restored), notRestored);
    await updateRun(runId, { notRestored, settingsAppliedAt: nowSeconds() });
  }
  const hasTime = () => context.getRemainingTimeInMillis() > SPARE_MILLISECONDS;
  const { progress, isDone } = await restoreAccessPoints(efs, run, restored, hasTime);
  if (!isDone) return continueLater(canContinue);
  const named = run.settingsAppliedAt ? (run.notRestored ?? []) : notRestored;
  // A repeated call finds its own lines there.
  const all = [...new Set([...named, ...describeFailures(progress)])];
  // Last: it names the access points, and may deny later calls.
  const isPolicyRefused = run.fileSystem.policy
    ? !(await applyEach([['file system policy', () => putPolicy(efs, run, restored, progress.renamed)]], all))
    : false;
  await updateRun(runId, { notRestored: all, isPolicyRefused });
  return { isDone };
});

/** State machines of earlier releases do not come back unless the state fails with an error that they retry. */
function continueLater(canContinue: boolean): { isDone: boolean } {
  if (canContinue) return { isDone: false };
  throw new TransientServiceError('There are access points left to make.');
}

/** A setting that cannot be put back is named, and does not fail the run. True when all are put back. */
async function applyEach(list: [string, () => Promise<unknown>][], notRestored: string[]): Promise<boolean> {
  let isDone = true;
  for (const [what, apply] of list) {
    try {
      await apply();
    } catch (error) {
      // A change can leave the file system `updating` for a while; the state machine retries.
      if (hasName(error, 'IncorrectFileSystemLifeCycleState')) throw new TransientServiceError(describeError(error));
      if (isTransient(error)) throw error;
      notRestored.push(`${what}: ${describeError(error)}`);
      isDone = false;
    }
  }
  return isDone;
}

function putPolicy(efs: EFSClient, run: RecoveryRun, restored: Restored, renamed: Record<string, string>) {
  const newNames = new Map([[sourceArn(run), restored.arn], ...Object.entries(renamed)]);
  const Policy = rename(run.fileSystem.policy ?? '', newNames);
  return efs.send(new PutFileSystemPolicyCommand({ FileSystemId: restored.id, Policy }));
}

function changes(efs: EFSClient, run: RecoveryRun, restored: Restored): [string, () => Promise<unknown>][] {
  const { fileSystem } = run;
  const { throughputMode, provisionedThroughputInMibps, tags, lifecyclePolicies } = fileSystem;
  const FileSystemId = restored.id;
  const list: [string, () => Promise<unknown>][] = [];
  // First: a lifecycle policy can depend on it (TransitionToArchive is for elastic throughput only). Only if it differs: EFS
  // changes it once in 24 hours.
  if (throughputMode && throughputMode !== restored.throughputMode) {
    list.push([
      'throughput mode',
      () =>
        efs.send(
          new UpdateFileSystemCommand({
            FileSystemId,
            ThroughputMode: throughputMode as 'bursting',
            ProvisionedThroughputInMibps: provisionedThroughputInMibps,
          }),
        ),
    ]);
  }
  if (Object.keys(tags ?? {}).length > 0)
    list.push(['tags', () => efs.send(new TagResourceCommand({ ResourceId: FileSystemId, Tags: toTags(tags) }))]);
  if (lifecyclePolicies?.length) {
    list.push([
      'lifecycle policies',
      () => efs.send(new PutLifecycleConfigurationCommand({ FileSystemId, LifecyclePolicies: lifecyclePolicies })),
    ]);
  }
  const { overwriteProtection } = fileSystem;
  if (overwriteProtection === 'REPLICATING')
    list.push(['replication', () => Promise.reject(new Error('the source is the destination of a replication'))]);
  else if (overwriteProtection && overwriteProtection !== restored.overwriteProtection) {
    const ReplicationOverwriteProtection = overwriteProtection as 'DISABLED';
    list.push([
      'replication overwrite protection',
      () => efs.send(new UpdateFileSystemProtectionCommand({ FileSystemId, ReplicationOverwriteProtection })),
    ]);
  }
  if (fileSystem.isBackupEnabled !== undefined) {
    const Status = fileSystem.isBackupEnabled ? 'ENABLED' : 'DISABLED';
    list.push([
      'backup policy',
      () => efs.send(new PutBackupPolicyCommand({ FileSystemId, BackupPolicy: { Status } })),
    ]);
  }
  return list;
}

function sourceArn({ settings, plan }: RecoveryRun): string {
  const [, partition] = settings.BackupVaultDestinationArn.split(':');
  return `arn:${partition}:elasticfilesystem:${plan.sourceRegion}:${accountOf(settings.AutomationAssumeRole)}:file-system/${settings.FileSystemID}`;
}

/** Replaces the ARNs of the source and its access points in the policy by those of the restored ones. */
function rename(policy: string, newNames: Map<string, string>): string {
  let renamed = policy;
  for (const [oldArn, newArn] of newNames) renamed = renamed.replaceAll(oldArn, newArn);
  return renamed;
}

function toTags(tags: Record<string, string> | undefined) {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}
