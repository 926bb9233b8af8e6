import type { TagResourceRequest } from '@aws-sdk/client-efs';
import { efsError } from '../errors';
import { checkTags, type EfsState, tagMap } from '../state';

const maximumTags = 50;

/** https://docs.aws.amazon.com/efs/latest/ug/API_TagResource.html */
export function TagResource(this: EfsState, input: TagResourceRequest): Record<string, never> {
  checkTags(input.Tags);
  const added = tagMap(input.Tags);
  if (input.ResourceId?.includes('fsap-')) {
    Object.assign(this.accessPoints.find(input.ResourceId).tags, added);
    return {};
  }
  const fileSystem = this.find(input.ResourceId);
  const tags = { ...fileSystem.ownTags, ...added };
  if (Object.keys(tags).length > maximumTags) throw efsError('BadRequest', `More than ${maximumTags} tags.`);
  fileSystem.ownTags = tags;
  return {};
}

TagResource.access = (state: EfsState, input: TagResourceRequest) =>
  state.usualAccess('TagResource', input).map((access) => ({
    ...access,
    context: { ...access.context, 'aws:TagKeys': (input.Tags ?? []).flatMap(({ Key }) => Key ?? []) },
  }));
