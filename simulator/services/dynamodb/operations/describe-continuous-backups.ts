import type { DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html */
export function DescribeContinuousBackups(
  this: DynamoDbState,
  input: DescribeContinuousBackupsInput,
): DescribeContinuousBackupsOutput {
  const table = this.backedUp(required(input, 'TableName'));
  return { ContinuousBackupsDescription: table.pointInTimeRecovery.describe(this.region.account.clock.now) };
}
