import { DeleteMountTargetCommand, DescribeMountTargetsCommand, type EFSClient } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { getRun, type StepInput } from '../shared/runs/runs';
import { task } from '../shared/task';
import { mountTargetsGone } from '../shared/waits/kinds/mount-targets-gone';
import { startWait } from '../shared/waits/waits';
import { nameOf } from './proof';
import { type RestoreTestRun, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
const DEADLINE_SECONDS = 30 * 60;

/**
 * Deletes the mount targets of a restored file system, which only a test makes, and waits until they are gone: with one
 * left, neither AWS Backup nor a test can delete the file system. Safe to repeat.
 */
export const handler = task(async ({ runId, taskToken }: StepInput & { taskToken: string }): Promise<void> => {
  const run = await getRun<RestoreTestRun>(runId);
  const ids = run?.mountIntended ? await deleteMountTargets(nameOf(run.createdResourceArn ?? '')) : [];
  await startWait(mountTargetsGone, {
    id: waitId(runId, 'unmounted'),
    region: REGION,
    resources: ids,
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});

async function deleteMountTargets(FileSystemId: string): Promise<string[]> {
  const efs = efsIn(REGION);
  const targets = await describe(efs, FileSystemId);
  for (const { MountTargetId, LifeCycleState } of targets) {
    if (LifeCycleState === 'deleting' || LifeCycleState === 'deleted') continue;
    try {
      await efs.send(new DeleteMountTargetCommand({ MountTargetId }));
    } catch (error) {
      if (!hasName(error, 'MountTargetNotFound')) throw error;
    }
  }
  return targets.map(({ MountTargetId = '' }) => MountTargetId);
}

async function describe(efs: EFSClient, FileSystemId: string) {
  try {
    return (await efs.send(new DescribeMountTargetsCommand({ FileSystemId }))).MountTargets ?? [];
  } catch (error) {
    // AWS Backup has deleted it.
    if (hasName(error, 'FileSystemNotFound')) return [];
    throw error;
  }
}
