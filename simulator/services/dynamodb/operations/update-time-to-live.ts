import type { UpdateTimeToLiveInput, UpdateTimeToLiveOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import { busy, type DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
export function UpdateTimeToLive(this: DynamoDbState, input: UpdateTimeToLiveInput): UpdateTimeToLiveOutput {
  const table = this.table(required(input, 'TableName'));
  if (table.status !== 'ACTIVE') throw busy(table);
  const specification = required(input, 'TimeToLiveSpecification');
  table.updateTimeToLive(specification);
  return { TimeToLiveSpecification: specification };
}
