import type { DeleteMountTargetRequest } from '@aws-sdk/client-efs';
import type { EfsState } from '../state';

export function DeleteMountTarget(this: EfsState, input: DeleteMountTargetRequest): Record<string, never> {
  this.mountTargets.delete(input.MountTargetId);
  return {};
}
