import type { UpdateContinuousBackupsInput, UpdateContinuousBackupsOutput } from '@aws-sdk/client-dynamodb';
import { required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html */
export function UpdateContinuousBackups(
  this: DynamoDbState,
  input: UpdateContinuousBackupsInput,
): UpdateContinuousBackupsOutput {
  const table = this.backedUp(required(input, 'TableName'));
  this.checkBackupsAreOn(table);
  const { now } = this.region.account.clock;
  table.pointInTimeRecovery.update(required(input, 'PointInTimeRecoverySpecification'), now);
  return { ContinuousBackupsDescription: table.pointInTimeRecovery.describe(now) };
}
