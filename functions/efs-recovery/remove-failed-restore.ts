import { DeleteFileSystemCommand, DeleteMountTargetCommand, type EFSClient } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { TransientServiceError } from '../shared/errors';
import { updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { describeMountTargets } from './mount-targets';
import { getRecoveryRun } from './recovery-run';
import { findRestored } from './restored-file-system';

/**
 * After a failure, with `DeleteOnFailure`: removes the file system that this run's restore made. Nothing else can be hit:
 * it is found by the job or the creation token of this run. The recovery point stays. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const restored = run.settings.DeleteOnFailure ? await findRestored(run) : undefined;
  if (!restored?.FileSystemId) return;
  const efs = efsIn(run.settings.DestinationRegionName, run.settings.AutomationAssumeRole);
  await removeMountTargets(efs, restored.FileSystemId);
  await efs.send(new DeleteFileSystemCommand({ FileSystemId: restored.FileSystemId }));
  await updateRun(runId, { removedFileSystemId: restored.FileSystemId });
});

async function removeMountTargets(efs: EFSClient, FileSystemId: string): Promise<void> {
  const mountTargets = await describeMountTargets(efs, FileSystemId);
  for (const { MountTargetId, LifeCycleState } of mountTargets) {
    if (LifeCycleState !== 'deleting') await efs.send(new DeleteMountTargetCommand({ MountTargetId }));
  }
  // A file system cannot be deleted while it has mount targets; the state machine comes back in a while.
  if (mountTargets.length > 0)
    throw new TransientServiceError(`${mountTargets.length} mount targets of ${FileSystemId} are being deleted.`);
}
