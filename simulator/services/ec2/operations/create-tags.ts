import type { CreateTagsRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../../errors';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';

const maximumTags = 50;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export function CreateTags(this: Ec2State, input: CreateTagsRequest): Record<string, never> {
  requireSupported('ec2:CreateTags', input, ['Resources', 'Tags', 'DryRun']);
  const tagSets = (input.Resources ?? []).map((id) => this.tagsOf(id));
  this.refuseDryRun(input);
  const added = Object.fromEntries((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  if (Object.keys(added).some((key) => key.startsWith('aws:'))) {
    throw new AwsError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
  }
  for (const tags of tagSets) {
    if (Object.keys({ ...tags.current, ...added }).filter((key) => !key.startsWith('aws:')).length > maximumTags) {
      throw new AwsError('TagLimitExceeded', 'More than 50 tags specified');
    }
  }
  for (const tags of tagSets) tags.set({ ...tags.current, ...added });
  return {};
}

CreateTags.access = (state: Ec2State, { Resources = [], Tags = [] }: CreateTagsRequest) => {
  const keys = { 'aws:TagKeys': Tags.flatMap(({ Key }) => Key ?? []) };
  return Resources.map((id) => {
    const access = state.accessTo('ec2:CreateTags', id);
    return { ...access, context: { ...access.context, ...keys } };
  });
};
