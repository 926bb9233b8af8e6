import type { UpdateTableInput, UpdateTableOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { tableAccess } from '../access';
import { encryption, keyOf } from '../encryption';
import { checkSupported, required } from '../parameters';
import { busy, type DynamoDbState } from '../state';
import { applyTableUpdate } from '../table-updates';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html */
export function UpdateTable(this: DynamoDbState, input: UpdateTableInput): UpdateTableOutput {
  checkSupported(input);
  const table = this.table(required(input, 'TableName'));
  if (table.status !== 'ACTIVE') throw busy(table);
  applyTableUpdate(table, input, this.region.account.clock, this.durations);
  return { TableDescription: table.describe() };
}

UpdateTable.access = ({ region }: DynamoDbState, input: UpdateTableInput): Access[] => [
  ...tableAccess(region, 'UpdateTable', input),
  ...encryption(region, keyOf(input.SSESpecification)),
];
