import type {
  EnableKinesisStreamingConfiguration,
  KinesisDataStreamDestination,
  KinesisStreamingDestinationOutput,
} from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import { validation } from './errors';
import type { Table } from './table';

const CHANGE_SECONDS = 15;

/** The Kinesis data streams that get a table's changes. One that was turned off stays in the list as DISABLED. */
export class KinesisDestinations {
  private readonly destinations: KinesisDataStreamDestination[] = [];

  constructor(private readonly region: Region) {}

  /** Turns a destination on as if it had always been. */
  set(destination: Omit<KinesisDataStreamDestination, 'DestinationStatus'>): void {
    this.destinations.push({ ...destination, DestinationStatus: 'ACTIVE' });
  }

  list(): KinesisDataStreamDestination[] {
    return this.destinations.map((destination) => ({ ...destination }));
  }

  enable(
    table: Table,
    streamArn: string,
    configuration: EnableKinesisStreamingConfiguration | undefined,
  ): KinesisStreamingDestinationOutput {
    if (this.destinations.some(({ DestinationStatus }) => DestinationStatus !== 'DISABLED')) {
      throw validation(
        'Table is not in a valid state to enable Kinesis Streaming Destination: a destination is enabled already',
      );
    }
    const found = this.destinations.find(({ StreamArn }) => StreamArn === streamArn);
    const destination: KinesisDataStreamDestination = found ?? { StreamArn: streamArn };
    if (!found) this.destinations.push(destination);
    Object.assign(destination, configuration);
    return this.change(table, destination, 'ENABLING', 'ACTIVE', configuration);
  }

  disable(table: Table, streamArn: string): KinesisStreamingDestinationOutput {
    const destination = this.destinations.find(({ StreamArn }) => StreamArn === streamArn);
    if (destination?.DestinationStatus !== 'ACTIVE') {
      throw validation(
        'Table is not in a valid state to disable Kinesis Streaming Destination: the destination must be ACTIVE',
      );
    }
    return this.change(table, destination, 'DISABLING', 'DISABLED');
  }

  private change(
    table: Table,
    destination: KinesisDataStreamDestination,
    status: 'ENABLING' | 'DISABLING',
    then: 'ACTIVE' | 'DISABLED',
    configuration?: EnableKinesisStreamingConfiguration,
  ): KinesisStreamingDestinationOutput {
    destination.DestinationStatus = status;
    this.region.account.clock.after(CHANGE_SECONDS, () => {
      destination.DestinationStatus = then;
    });
    return {
      TableName: table.name,
      StreamArn: destination.StreamArn,
      DestinationStatus: status,
      ...(configuration && { EnableKinesisStreamingConfiguration: configuration }),
    };
  }
}
