import {
  CreateAccessPointCommand,
  type EFSClient,
  PutBackupPolicyCommand,
  PutFileSystemPolicyCommand,
  PutLifecycleConfigurationCommand,
  TagResourceCommand,
  UpdateFileSystemCommand,
} from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { nowSeconds } from '../shared/clock';
import { TransientServiceError } from '../shared/errors';
import { updateRun } from '../shared/runs';
import { describeError, isTransient, task } from '../shared/task';
import { RestoreJobFailedError } from './errors';
import { getRecoveryRun, idempotencyToken, type RecoveryRun } from './recovery-run';
import { findRestored, restoreEnd } from './restored-file-system';

/**
 * Gives the restored file system the source's throughput mode, tags, lifecycle and backup policies, policy and access
 * points. What cannot be put back is no reason to give the data up: it is named in the result.
 * Safe to repeat: every call sets, none adds twice.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const end = await restoreEnd(run);
  if (end?.state !== 'COMPLETED') {
    throw new RestoreJobFailedError(
      `The restore job ${run.restoreJobId} is ${end?.state ?? 'unknown'}${end?.statusMessage ? `: ${end.statusMessage}` : ''}`,
    );
  }
  const restored = await findRestored(run);
  if (!restored?.FileSystemId)
    throw new RestoreJobFailedError(
      `The restore job ${run.restoreJobId} completed, but its file system cannot be found.`,
    );
  const efs = efsIn(run.settings.DestinationRegionName, run.settings.AutomationAssumeRole);
  const notRestored: string[] =
    run.fileSystem.readFrom === 'recovery-point'
      ? [
          'throughput mode, tags, lifecycle policies, backup policy, file system policy and access points: the source is gone, and a backup does not keep them',
        ]
      : [];
  for (const [what, apply] of changes(efs, run, restored.FileSystemId, restored.ThroughputMode)) {
    try {
      await apply();
    } catch (error) {
      if (isTransient(error)) throw error;
      // One change may keep the file system `updating` for a while; the state machine comes back.
      if ((error as Error).name === 'IncorrectFileSystemLifeCycleState')
        throw new TransientServiceError(describeError(error));
      notRestored.push(`${what}: ${describeError(error)}`);
    }
  }
  await updateRun(runId, { notRestored, settingsAppliedAt: nowSeconds() });
});

function changes(
  efs: EFSClient,
  run: RecoveryRun,
  FileSystemId: string,
  throughputNow: string | undefined,
): [string, () => Promise<unknown>][] {
  const { fileSystem } = run;
  const list: [string, () => Promise<unknown>][] = [];
  const { throughputMode, provisionedThroughputInMibps, tags, lifecyclePolicies, policy } = fileSystem;
  if (Object.keys(tags ?? {}).length > 0)
    list.push(['tags', () => efs.send(new TagResourceCommand({ ResourceId: FileSystemId, Tags: toTags(tags) }))]);
  if (lifecyclePolicies?.length) {
    list.push([
      'lifecycle policies',
      () => efs.send(new PutLifecycleConfigurationCommand({ FileSystemId, LifecyclePolicies: lifecyclePolicies })),
    ]);
  }
  if (fileSystem.isBackupEnabled !== undefined) {
    const Status = fileSystem.isBackupEnabled ? 'ENABLED' : 'DISABLED';
    list.push([
      'backup policy',
      () => efs.send(new PutBackupPolicyCommand({ FileSystemId, BackupPolicy: { Status } })),
    ]);
  }
  for (const [index, { posixUser, rootDirectory, tags: pointTags }] of (fileSystem.accessPoints ?? []).entries()) {
    const ClientToken = idempotencyToken(`${run.runId}#accessPoint${index}`, 'restore').slice(0, 64);
    list.push([
      `access point ${rootDirectory?.Path ?? '/'}`,
      () =>
        efs.send(
          new CreateAccessPointCommand({
            FileSystemId,
            ClientToken,
            PosixUser: posixUser,
            RootDirectory: rootDirectory,
            Tags: toTags(pointTags),
          }),
        ),
    ]);
  }
  // After the others, as it keeps the file system from being changed for a while.
  if (throughputMode && throughputMode !== throughputNow) {
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
  // Last: a policy may forbid what comes after it.
  if (policy)
    list.push([
      'file system policy',
      () =>
        efs.send(
          new PutFileSystemPolicyCommand({
            FileSystemId,
            Policy: forNewFileSystem(policy, run.settings.FileSystemID, FileSystemId, run),
          }),
        ),
    ]);
  return list;
}

/** The policy names the file system by its ARN: the old one's id and region give way to the new one's. */
function forNewFileSystem(policy: string, oldId: string, newId: string, run: RecoveryRun): string {
  return policy
    .replaceAll(
      `elasticfilesystem:${run.plan.sourceRegion}:`,
      `elasticfilesystem:${run.settings.DestinationRegionName}:`,
    )
    .replaceAll(oldId, newId);
}

function toTags(tags: Record<string, string> | undefined) {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}
