import {
  type ApproximateCreationDateTimePrecision,
  DescribeKinesisStreamingDestinationCommand,
  EnableKinesisStreamingDestinationCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { sorted, type TableSetting } from './table-setting';

interface Value {
  kinesisDestinations: { streamArn: string; precision?: ApproximateCreationDateTimePrecision }[];
}

/** Kinesis streams that get the table's changes. */
export const kinesisDestinations: TableSetting<Value> = {
  name: 'Kinesis destination',
  async read(_table, TableName) {
    const { KinesisDataStreamDestinations: all = [] } = await dynamodb.send(
      new DescribeKinesisStreamingDestinationCommand({ TableName }),
    );
    return {
      kinesisDestinations: all
        .filter(({ DestinationStatus }) => ['ACTIVE', 'ENABLING', 'UPDATING'].includes(DestinationStatus ?? ''))
        .map(({ StreamArn = '', ApproximateCreationDateTimePrecision: precision }) => ({
          streamArn: StreamArn,
          precision,
        })),
    };
  },
  changes: ({ TableName, wanted, now }) =>
    wanted.kinesisDestinations
      .filter(({ streamArn }) => !now.kinesisDestinations.some((other) => other.streamArn === streamArn))
      .map(({ streamArn: StreamArn, precision }) => ({
        what: `Kinesis destination ${StreamArn}`,
        apply: () =>
          dynamodb.send(
            new EnableKinesisStreamingDestinationCommand({
              TableName,
              StreamArn,
              ...(precision && {
                EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
              }),
            }),
          ),
      })),
  comparable: (settings) => sorted(settings.kinesisDestinations),
};
