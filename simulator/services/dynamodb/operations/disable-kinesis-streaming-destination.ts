import type { KinesisStreamingDestinationInput, KinesisStreamingDestinationOutput } from '@aws-sdk/client-dynamodb';
import { requireSupported } from '../../../supported-parameters';
import { required } from '../parameters';
import { busy, type DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DisableKinesisStreamingDestination.html */
export function DisableKinesisStreamingDestination(
  this: DynamoDbState,
  input: KinesisStreamingDestinationInput,
): KinesisStreamingDestinationOutput {
  requireSupported('dynamodb:DisableKinesisStreamingDestination', input, ['TableName', 'StreamArn']);
  const table = this.table(required(input, 'TableName'));
  if (table.status !== 'ACTIVE') throw busy(table);
  return table.kinesisDestinations.disable(table, required(input, 'StreamArn'));
}
