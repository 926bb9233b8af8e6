import type { TransactWriteItemsInput, TransactWriteItemsOutput } from '@aws-sdk/client-dynamodb';
import { distinct, tableArn } from '../access';
import { checkSupported, required } from '../parameters';
import type { DynamoDbState } from '../state';
import { transactWrite, writeOf } from '../transactions';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export function TransactWriteItems(this: DynamoDbState, input: TransactWriteItemsInput): TransactWriteItemsOutput {
  checkSupported(input);
  const { now } = this.region.account.clock;
  if (this.tokens.isRepeat(input, now)) return {};
  const tableOf = (name: string | undefined) => this.usable(required({ TableName: name }, 'TableName'));
  transactWrite(input, tableOf, this.durations.transaction);
  this.tokens.remember(input, now);
  return {};
}

/** A transaction needs the action of each of its items instead of one of its own. */
TransactWriteItems.access = (state: DynamoDbState, { TransactItems = [] }: TransactWriteItemsInput) =>
  distinct(
    TransactItems.map((element) => {
      const { tableName, write } = writeOf(element);
      const action = write.kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${write.kind}Item`;
      return { action: `dynamodb:${action}`, resource: tableArn(state.region, tableName) };
    }),
  );
