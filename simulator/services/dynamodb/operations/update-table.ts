import type { UpdateTableInput, UpdateTableOutput } from '@aws-sdk/client-dynamodb';
import { checkSupported, required } from '../parameters';
import { busy, type DynamoDbState } from '../state';
import { applyTableUpdate } from '../table-updates';

export function UpdateTable(this: DynamoDbState, input: UpdateTableInput): UpdateTableOutput {
  checkSupported(input);
  const table = this.table(required(input, 'TableName'));
  if (table.status !== 'ACTIVE') throw busy(table);
  applyTableUpdate(table, input, this.region.account.clock, this.durations);
  return { TableDescription: table.describe() };
}
