import type { UpdateTimeToLiveInput, UpdateTimeToLiveOutput } from '@aws-sdk/client-dynamodb';
import { constraint } from '../errors';
import { required } from '../parameters';
import { busy, type DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
export function UpdateTimeToLive(this: DynamoDbState, input: UpdateTimeToLiveInput): UpdateTimeToLiveOutput {
  const table = this.table(required(input, 'TableName'));
  if (table.status !== 'ACTIVE') throw busy(table);
  const specification = required(input, 'TimeToLiveSpecification');
  if (specification.AttributeName === '')
    throw constraint('timeToLiveSpecification.attributeName', '', 'have length greater than or equal to 1');
  table.updateTimeToLive(specification);
  return { TimeToLiveSpecification: specification };
}
