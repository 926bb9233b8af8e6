import { DescribeMountTargetsCommand } from '@aws-sdk/client-efs';
import { efsIn } from '../../clients/efs';
import { nowSeconds } from '../../clock';
import { hasName } from '../../error-name';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits until mount targets (resources are their ids) are deleted: EFS does not know them any more. */
export const mountTargetsGone: WaitKind = {
  name: 'mount-targets-gone',
  actions: ['elasticfilesystem:DescribeMountTargets'],
  delaySeconds: LOOKED_FOR,
  async check(wait, ids) {
    const settled: Record<string, Settled> = {};
    for (const MountTargetId of ids) {
      try {
        await efsIn(wait.region).send(new DescribeMountTargetsCommand({ MountTargetId }));
      } catch (error) {
        if (!hasName(error, 'MountTargetNotFound')) throw error;
        settled[MountTargetId] = { state: 'GONE', at: nowSeconds() };
      }
    }
    return settled;
  },
};
