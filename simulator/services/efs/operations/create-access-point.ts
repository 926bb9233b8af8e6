import type { AccessPointDescription, CreateAccessPointRequest } from '@aws-sdk/client-efs';
import { checkTags, type EfsState } from '../state';

export function CreateAccessPoint(this: EfsState, input: CreateAccessPointRequest): AccessPointDescription {
  checkTags(input.Tags);
  return this.accessPoints.create(this.find(input.FileSystemId), input);
}
