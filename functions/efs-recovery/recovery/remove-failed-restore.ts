import { DeleteFileSystemCommand } from '@aws-sdk/client-efs';
import { getRun, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import type { RecoveryRun } from '../recovery-run';
import { efsInDestination, findRestored, restoreEnd } from '../restored-file-system';

/**
 * After a failure, with `DeleteOnFailure`: removes the file system that this run's restore left half done. Nothing else
 * can be hit: it is found by the job or the creation token of this run, and one whose data is complete is kept, whatever
 * failed after that. The recovery point stays. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = (await getRun(runId)) as Partial<RecoveryRun> | undefined;
  if (!isRemovable(run)) return;
  const end = await restoreEnd(run);
  // As long as nobody knows how the job ended, it may still go on or may have completed.
  if (!end || end.state === 'COMPLETED') return;
  const restored = await findRestored(run);
  if (!restored?.FileSystemId) return;
  // Noted first: afterwards it cannot be found any more. The report says "removed" only when it is gone.
  await updateRun(runId, { removedFileSystemId: restored.FileSystemId });
  await efsInDestination(run).send(new DeleteFileSystemCommand({ FileSystemId: restored.FileSystemId }));
});

function isRemovable(run: Partial<RecoveryRun> | undefined): run is RecoveryRun {
  return run?.settings?.DeleteOnFailure === true && run.restoreIntendedAt !== undefined;
}
