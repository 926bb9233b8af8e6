import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import type { TableSetting } from './table-setting';

const name = 'time to live';

/** The attribute after which DynamoDB deletes items; absent when it deletes none. */
export const timeToLive: TableSetting<{ ttlAttribute?: string }> = {
  name,
  async read(_table, TableName) {
    const { TimeToLiveDescription: ttl } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    const isOn = ['ENABLED', 'ENABLING'].includes(ttl?.TimeToLiveStatus ?? '');
    return { ttlAttribute: isOn ? ttl?.AttributeName : undefined };
  },
  changes({ TableName, wanted: { ttlAttribute: AttributeName }, now }) {
    if (AttributeName === undefined || AttributeName === now.ttlAttribute) return [];
    const TimeToLiveSpecification = { AttributeName, Enabled: true };
    const apply = () => dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    return [{ what: name, apply }];
  },
  comparable: ({ ttlAttribute }) => ttlAttribute,
};
