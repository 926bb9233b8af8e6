import type { RestoreTableToPointInTimeInput, RestoreTableToPointInTimeOutput } from '@aws-sdk/client-dynamodb';
import { restoreAccess, tableArn } from '../access';
import { keyOfTable } from '../encryption';
import { imageOf } from '../image';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html */
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

RestoreTableToPointInTime.access = ({ region }: DynamoDbState, input: RestoreTableToPointInTimeInput) => {
  const source = input.SourceTableName ?? input.SourceTableArn;
  const arn = input.SourceTableArn ?? tableArn(region, input.SourceTableName);
  return restoreAccess(region, 'RestoreTableToPointInTime', input, arn, keyOfTable(region, source));
};
