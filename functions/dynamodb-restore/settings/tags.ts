import { ListTagsOfResourceCommand, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import type { TableSetting } from './table-setting';

const name = 'tags';

/** The table's tags. Those that begin with `aws:` belong to AWS and cannot be set: aws-tags.ts compares them. */
export const tags: TableSetting<{ tags: Record<string, string>; awsTags?: Record<string, string> }> = {
  name,
  async read({ TableArn: ResourceArn }) {
    const found: Record<string, string> = {};
    const ofAws: Record<string, string> = {};
    let NextToken: string | undefined;
    do {
      const page = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
      for (const { Key = '', Value = '' } of page.Tags ?? []) (Key.startsWith('aws:') ? ofAws : found)[Key] = Value;
      NextToken = page.NextToken;
    } while (NextToken);
    return { tags: found, awsTags: ofAws };
  },
  changes({ wanted, now }) {
    const Tags = Object.entries(wanted.tags)
      .filter(([key, value]) => now.tags[key] !== value)
      .map(([Key, Value]) => ({ Key, Value }));
    if (Tags.length === 0) return [];
    return [{ what: name, apply: () => dynamodb.send(new TagResourceCommand({ ResourceArn: now.tableArn, Tags })) }];
  },
  comparable: (settings) => settings.tags,
};
