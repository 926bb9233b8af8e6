import { ListTagsCommand, TagResourceCommand } from '@aws-sdk/client-lambda';
import { type Consumers, lambda, mappingsOf } from './stream-consumers';
import type { TableSetting } from './table-setting';

interface Value extends Partial<Consumers> {
  /** By the function's ARN; absent in runs that an older release began. */
  consumerTags?: Record<string, Record<string, string>>;
}

const name = 'tags of stream consumers';

/** Tags of Lambda's mappings of the table's stream. Those that begin with `aws:` only AWS can set: a loss is named. */
export const streamConsumerTags: TableSetting<Value> = {
  name,
  async read({ LatestStreamArn }) {
    const found: Record<string, Record<string, string>> = {};
    for (const mapping of LatestStreamArn ? await mappingsOf(LatestStreamArn) : []) {
      const { Tags = {} } = await lambda.send(new ListTagsCommand({ Resource: mapping.EventSourceMappingArn }));
      found[mapping.FunctionArn ?? ''] = Tags;
    }
    return { consumerTags: found };
  },
  changes: ({ wanted, now }) =>
    (now.eventSourceMappings ?? []).flatMap(({ FunctionArn = '', EventSourceMappingArn: Resource }) => {
      const present = now.consumerTags?.[FunctionArn] ?? {};
      const missing = Object.entries(wanted.consumerTags?.[FunctionArn] ?? {}).filter(
        ([key, value]) => !key.startsWith('aws:') && present[key] !== value,
      );
      if (missing.length === 0) return [];
      const Tags = Object.fromEntries(missing);
      const apply = () => lambda.send(new TagResourceCommand({ Resource, Tags }));
      return [{ what: `tags of the stream consumer ${FunctionArn}`, apply }];
    }),
  comparable: ({ consumerTags = {} }) =>
    Object.fromEntries(Object.entries(consumerTags).filter(([, tags]) => Object.keys(tags).length > 0)),
};
