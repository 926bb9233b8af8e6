import type { RestoreTableToPointInTimeInput, RestoreTableToPointInTimeOutput } from '@aws-sdk/client-dynamodb';
import { imageOf } from '../image';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

export function RestoreTableToPointInTime(
  this: DynamoDbState,
  input: RestoreTableToPointInTimeInput,
): RestoreTableToPointInTimeOutput {
  checkSupported(input);
  const source = this.backedUp(input.SourceTableArn ?? required(input, 'SourceTableName'));
  const time = source.pointInTimeRecovery.restoreTime(input, this.region.account.clock.now);
  const image = imageOf(source, source.itemsAt(time));
  const summary = { SourceTableArn: source.arn, RestoreDateTime: new Date(time) };
  const table = this.restore(required(input, 'TargetTableName'), image, input, summary);
  return { TableDescription: table.describe() };
}
