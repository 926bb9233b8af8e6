import type { AccessPointDescription, CreateAccessPointRequest } from '@aws-sdk/client-efs';
import type { Access } from '../../../service';
import { taggingAccess } from '../access';
import { checkTags, type EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_CreateAccessPoint.html */
export function CreateAccessPoint(this: EfsState, input: CreateAccessPointRequest): AccessPointDescription {
  checkTags(input.Tags);
  return this.accessPoints.create(this.find(input.FileSystemId), input);
}

CreateAccessPoint.access = (state: EfsState, input: CreateAccessPointRequest): Access[] => {
  const own = state.usualAccess('CreateAccessPoint', input);
  return [...own, ...taggingAccess(state.region, 'access-point', input.Tags, own[0]?.context)];
};
