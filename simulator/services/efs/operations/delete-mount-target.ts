import type { DeleteMountTargetRequest } from '@aws-sdk/client-efs';
import type { Access } from '../../../service';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_DeleteMountTarget.html */
export function DeleteMountTarget(this: EfsState, input: DeleteMountTargetRequest): Record<string, never> {
  this.mountTargets.delete(input.MountTargetId);
  return {};
}

DeleteMountTarget.access = (state: EfsState, input: DeleteMountTargetRequest): Access[] => [
  ...state.usualAccess('DeleteMountTarget', input),
  { action: 'ec2:DeleteNetworkInterface', resource: state.region.arn('ec2', 'network-interface/*') },
];
