import { CreateMountTargetCommand, DescribeMountTargetsCommand, TagResourceCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../shared/clients/efs';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';
import { TransientServiceError } from '../shared/errors';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { describeError, task } from '../shared/task';
import { TEST_MARK } from '../shared/test-mark';
import { mountTargets } from '../shared/waits/kinds/mount-targets';
import { startWait } from '../shared/waits/waits';
import { nameOf } from './proof';
import { type RestoreTestRun, waitId } from './restore-test-run';

const REGION = requireEnv('AWS_REGION');
const SUBNET_IDS = (process.env.WORKER_SUBNET_IDS ?? '').split(',').filter(Boolean);
const GROUP_ID = process.env.RESTORED_GROUP_ID ?? '';
const DEADLINE_SECONDS = 30 * 60;

/**
 * Gives a restored file system mount targets where the worker may run, and waits until they are available. The intent is
 * recorded first, so that every way out removes them. Safe to repeat: a zone has one mount target.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  const FileSystemId = nameOf(run.createdResourceArn ?? '');
  const efs = efsIn(REGION);
  if (!run.mountIntended) await updateRun(runId, { mountIntended: true });
  // Restore testing tags what it makes itself; the roles of tests may touch only what has the tag.
  if (run.settings.isOnDemand)
    await efs.send(
      new TagResourceCommand({ ResourceId: FileSystemId, Tags: [{ Key: TEST_MARK, Value: 'on-demand' }] }),
    );
  const { MountTargets: existing = [] } = await efs.send(new DescribeMountTargetsCommand({ FileSystemId }));
  const ids = existing.map(({ MountTargetId = '' }) => MountTargetId);
  for (const SubnetId of SUBNET_IDS) {
    if (existing.some((target) => target.SubnetId === SubnetId)) continue;
    const create = new CreateMountTargetCommand({ FileSystemId, SubnetId, SecurityGroups: [GROUP_ID] });
    const { MountTargetId } = await efs.send(create).catch((error: Error) => {
      // Made by an earlier attempt and not described yet.
      if (hasName(error, 'MountTargetConflict')) throw new TransientServiceError(describeError(error));
      throw error;
    });
    if (MountTargetId) ids.push(MountTargetId);
  }
  await startWait(mountTargets, {
    id: waitId(runId, 'mounted'),
    region: REGION,
    resources: ids,
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});
