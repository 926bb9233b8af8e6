import type { DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

export function DescribeContinuousBackups(
  this: DynamoDbState,
  input: DescribeContinuousBackupsInput,
): DescribeContinuousBackupsOutput {
  const table = this.backedUp(required(input, 'TableName'));
  return { ContinuousBackupsDescription: table.pointInTimeRecovery.describe(this.region.account.clock.now) };
}
