import type { CreateMountTargetRequest, MountTargetDescription } from '@aws-sdk/client-efs';
import type { EfsState } from '../state';

export function CreateMountTarget(this: EfsState, input: CreateMountTargetRequest): MountTargetDescription {
  return this.mountTargets.create(this.find(input.FileSystemId), input);
}
