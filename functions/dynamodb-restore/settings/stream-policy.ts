import { policyOf, putPolicy } from './resource-policy';
import { schemaOf } from './table-schema';
import type { TableSetting } from './table-setting';

interface Value {
  /** It names the stream's ARN, and a new stream has another one. */
  streamPolicy?: string;
}

const name = 'resource policy of the stream';

/** The stream's own policy, about whatever ARN the stream has now. */
export const streamPolicy: TableSetting<Value> = {
  name,
  async read(table) {
    const { streamArn } = schemaOf(table);
    return { streamPolicy: streamArn && (await policyOf(streamArn)) };
  },
  changes({ wanted, now }) {
    const { streamArn } = now;
    const policy = streamArn && wanted.streamPolicy?.replaceAll(wanted.streamArn ?? streamArn, streamArn);
    if (!policy || policy === now.streamPolicy) return [];
    return [{ what: name, apply: () => putPolicy(streamArn, policy) }];
  },
  comparable: (settings) => settings.streamArn && settings.streamPolicy?.replaceAll(settings.streamArn, 'the stream'),
};
