import { DescribeMountTargetsCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../../clients/efs';
import { nowSeconds } from '../../clock';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits until mount targets (resources are their ids) are available or have failed. */
export const mountTargets: WaitKind = {
  name: 'mount-targets',
  actions: ['elasticfilesystem:DescribeMountTargets'],
  delaySeconds: LOOKED_FOR,
  async check(wait, mountTargetIds) {
    const efs = efsIn(wait.region, wait.context.assumeRoleArn as string | undefined);
    const settled: Record<string, Settled> = {};
    for (const mountTargetId of mountTargetIds) {
      const { MountTargets } = await efs.send(new DescribeMountTargetsCommand({ MountTargetId: mountTargetId }));
      const state = MountTargets?.[0]?.LifeCycleState;
      if (state && ['available', 'error', 'deleting', 'deleted'].includes(state))
        settled[mountTargetId] = { state, at: nowSeconds() };
    }
    return settled;
  },
};
