import {
  CreateAccessPointCommand,
  type EFSClient,
  PutBackupPolicyCommand,
  PutFileSystemPolicyCommand,
  PutLifecycleConfigurationCommand,
  TagResourceCommand,
  UpdateFileSystemCommand,
  UpdateFileSystemProtectionCommand,
} from '@aws-sdk/client-efs';
import { nowSeconds } from '../../shared/clock';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { describeError, isTransient, task } from '../../shared/task';
import { accountOf } from '../destination';
import { RestoreJobFailedError } from '../errors';
import { getRecoveryRun, idempotencyToken, type RecoveryRun } from '../recovery-run';
import { efsInDestination, findRestored, restoreEnd } from '../restored-file-system';

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
 * Safe to repeat: each call sets a value; none adds twice.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const end = await restoreEnd(run);
  if (end?.state !== 'COMPLETED') {
    throw new RestoreJobFailedError(
      `The restore job ${run.restoreJobId} is ${end?.state ?? 'unknown'}${end?.statusMessage ? `: ${end.statusMessage}` : ''}`,
    );
  }
  const found = await findRestored(run);
  if (!found?.FileSystemId) {
    // EFS is eventually consistent.
    throw new TransientServiceError(`The restore job ${run.restoreJobId} completed; its file system is not seen yet.`);
  }
  const restored = {
    id: found.FileSystemId,
    arn: found.FileSystemArn ?? '',
    throughputMode: found.ThroughputMode,
    overwriteProtection: found.FileSystemProtection?.ReplicationOverwriteProtection,
  };
  const notRestored = [...(run.fileSystem.notRestored ?? [])];
  for (const [what, apply] of changes(efsInDestination(run), run, restored)) {
    try {
      await apply();
    } catch (error) {
      // A change can leave the file system `updating` for a while; the state machine retries.
      if ((error as Error).name === 'IncorrectFileSystemLifeCycleState')
        throw new TransientServiceError(describeError(error));
      if (isTransient(error)) throw error;
      notRestored.push(`${what}: ${describeError(error)}`);
    }
  }
  await updateRun(runId, { notRestored, settingsAppliedAt: nowSeconds() });
});

function changes(efs: EFSClient, run: RecoveryRun, restored: Restored): [string, () => Promise<unknown>][] {
  const { fileSystem } = run;
  const { throughputMode, provisionedThroughputInMibps, tags, lifecyclePolicies, policy } = fileSystem;
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
  /** ARNs that the file system policy names, and the ARNs that replace them. */
  const newNames = new Map([[sourceArn(run), restored.arn]]);
  for (const [index, accessPoint] of (fileSystem.accessPoints ?? []).entries()) {
    list.push([
      `access point ${accessPoint.rootDirectory?.Path ?? '/'}`,
      async () => newNames.set(accessPoint.arn, await createAccessPoint(efs, run, restored, index)),
    ]);
  }
  // Last: a policy may deny later calls.
  if (policy) {
    list.push([
      'file system policy',
      () => efs.send(new PutFileSystemPolicyCommand({ FileSystemId, Policy: rename(policy, newNames) })),
    ]);
  }
  return list;
}

/** Creates one access point of the source again; the same token returns the same one. Returns its ARN. */
async function createAccessPoint(efs: EFSClient, run: RecoveryRun, restored: Restored, index: number): Promise<string> {
  const { posixUser, rootDirectory, tags } = run.fileSystem.accessPoints?.[index] ?? {};
  const arnOf = (id: string | undefined) => restored.arn.replace(/file-system\/.*/, `access-point/${id}`);
  try {
    const { AccessPointId } = await efs.send(
      new CreateAccessPointCommand({
        FileSystemId: restored.id,
        ClientToken: idempotencyToken(`${run.runId}#accessPoint${index}`, 'restore'),
        PosixUser: posixUser,
        RootDirectory: rootDirectory,
        Tags: toTags(tags),
      }),
    );
    return arnOf(AccessPointId);
  } catch (error) {
    // An earlier attempt created it.
    const { name, AccessPointId } = error as Error & { AccessPointId?: string };
    if (name !== 'AccessPointAlreadyExists') throw error;
    return arnOf(AccessPointId);
  }
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
