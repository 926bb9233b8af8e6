import type { TransactWriteItemsInput, TransactWriteItemsOutput } from '@aws-sdk/client-dynamodb';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';
import { transactWrite } from '../transactions';

export function TransactWriteItems(this: DynamoDbState, input: TransactWriteItemsInput): TransactWriteItemsOutput {
  checkSupported(input);
  const { now } = this.region.account.clock;
  if (this.tokens.isRepeat(input, now)) return {};
  transactWrite(input, (name) => this.usable(required({ TableName: name }, 'TableName')));
  this.tokens.remember(input, now);
  return {};
}
