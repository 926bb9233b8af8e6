import type { StreamViewType } from '@aws-sdk/client-dynamodb';
import type { TableSetting } from './table-setting';
import { update } from './update-table';

const name = 'stream';

/** The table's stream. A new stream has another ARN. */
export const stream: TableSetting<{ streamViewType?: string }> = {
  name,
  read: ({ StreamSpecification: specification }) => ({
    streamViewType: specification?.StreamEnabled ? specification.StreamViewType : undefined,
  }),
  changes({ TableName, wanted, now }) {
    const StreamViewType = wanted.streamViewType as StreamViewType | undefined;
    if (StreamViewType === undefined || StreamViewType === now.streamViewType) return [];
    const StreamSpecification = { StreamEnabled: true, StreamViewType };
    return [{ what: name, apply: update(TableName, { StreamSpecification }) }];
  },
  comparable: ({ streamViewType }) => streamViewType,
};
