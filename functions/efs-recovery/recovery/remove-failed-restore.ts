import { DeleteFileSystemCommand } from '@aws-sdk/client-efs';
import { getRun, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import type { RecoveryRun } from '../recovery-run';
import { efsInDestination, findRestored, restoreEnd } from '../restored-file-system';

/**
 * After a failure, with `DeleteOnFailure`: removes the incomplete file system of this run's restore. It is found by the
 * job or the creation token of this run, so no other can be deleted; one with complete data is kept, whatever failed
 * later. The recovery point stays. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = (await getRun(runId)) as Partial<RecoveryRun> | undefined;
  if (!isRemovable(run)) return;
  const end = await restoreEnd(run);
  // Without a known end, the job may still run or may have completed.
  if (!end || end.state === 'COMPLETED') return;
  const restored = await findRestored(run);
  if (!restored?.FileSystemId) return;
  // Recorded first: after the deletion it cannot be found. The report says "removed" only when it is gone.
  await updateRun(runId, { removedFileSystemId: restored.FileSystemId });
  await efsInDestination(run).send(new DeleteFileSystemCommand({ FileSystemId: restored.FileSystemId }));
});

function isRemovable(run: Partial<RecoveryRun> | undefined): run is RecoveryRun {
  return run?.settings?.DeleteOnFailure === true && run.restoreIntendedAt !== undefined;
}
