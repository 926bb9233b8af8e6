import type { CreateMountTargetRequest, MountTargetDescription } from '@aws-sdk/client-efs';
import type { Access } from '../../../service';
import { serviceLinkedRole } from '../access';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html */
export function CreateMountTarget(this: EfsState, input: CreateMountTargetRequest): MountTargetDescription {
  return this.mountTargets.create(this.find(input.FileSystemId), input);
}

/** EFS makes a network interface in the caller's name; its id is not known yet. */
CreateMountTarget.access = (state: EfsState, input: CreateMountTargetRequest): Access[] => {
  const { region } = state;
  const groups = (input.SecurityGroups ?? []).map((id) => `security-group/${id}`);
  const resources = ['network-interface/*', `subnet/${input.SubnetId}`, ...groups];
  return [
    ...state.usualAccess('CreateMountTarget', input),
    { action: 'ec2:DescribeSubnets', resource: '*' },
    { action: 'ec2:DescribeNetworkInterfaces', resource: '*' },
    ...resources.map((resource) => ({ action: 'ec2:CreateNetworkInterface', resource: region.arn('ec2', resource) })),
    ...serviceLinkedRole(region),
  ];
};
