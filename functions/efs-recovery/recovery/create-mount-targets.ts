import { CreateMountTargetCommand } from '@aws-sdk/client-efs';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';
import { updateRun } from '../../shared/runs/runs';
import { describeError, task } from '../../shared/task';
import { mountTargets } from '../../shared/waits/kinds/mount-targets';
import { startWait } from '../../shared/waits/waits';
import { destinationOf } from '../destination';
import { withholdsMountTargets } from '../missing-policy';
import { getRecoveryRun, waitId } from '../recovery-run';
import { efsInDestination, requireRestored } from '../restored-file-system';
import { describeMountTargets } from './mount-targets';

/** A mount target takes a minute or two. */
const DEADLINE_SECONDS = 30 * 60;

const PASSING = ['IncorrectFileSystemLifeCycleState', 'MountTargetConflict'];

/**
 * Creates the mount targets of the input and waits until they are available: none if the file system would be open and the
 * input forbids that. Safe to repeat: one per subnet.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const { settings } = run;
  const restored = await requireRestored(run);
  const efs = efsInDestination(run);
  const existing = await describeMountTargets(efs, restored.FileSystemId);
  const bySubnet = new Map(existing.map(({ SubnetId = '', MountTargetId = '' }) => [SubnetId, MountTargetId]));
  const wanted = withholdsMountTargets(run) ? [] : (settings.MountTargets ?? []);
  for (const { SubnetId, SecurityGroupIds } of wanted) {
    if (bySubnet.has(SubnetId)) continue;
    const { MountTargetId } = await efs
      .send(
        new CreateMountTargetCommand({
          FileSystemId: restored.FileSystemId,
          SubnetId,
          SecurityGroups: SecurityGroupIds,
        }),
      )
      .catch((error) => {
        // Still updating, or created by an earlier attempt and not visible yet: the state machine retries.
        if (hasName(error, ...PASSING)) throw new TransientServiceError(describeError(error));
        throw error;
      });
    if (MountTargetId) bySubnet.set(SubnetId, MountTargetId);
  }
  const mountTargetIds = [...bySubnet.values()];
  await updateRun(runId, { mountTargetIds });
  await startWait(mountTargets, {
    id: waitId(runId, 'mountTargets'),
    region: destinationOf(settings).region,
    resources: mountTargetIds,
    context: { assumeRoleArn: destinationOf(settings).assumeRoleArn },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});
