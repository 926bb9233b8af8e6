import type { TransactWriteItem, TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors';
import { constraint, validation } from './errors';
import { bindExpressions } from './expressions';
import type { Table } from './table';
import { type Item, itemSize } from './values';
import { carryOut, type Plan, planWrite, type Write } from './writes';

const MOST_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFE_MS = 10 * 60 * 1000;

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

/** The tokens of the last ten minutes with the requests that they stood for. */
export class TransactionTokens {
  private readonly seen = new Map<string, { request: string; at: number }>();

  /** Whether the request was carried out before; another request with the same token is refused. */
  isRepeat(input: TransactWriteItemsInput, now: number): boolean {
    const token = input.ClientRequestToken;
    if (token === undefined) return false;
    const known = this.seen.get(token);
    if (!known || now - known.at > TOKEN_LIFE_MS) return false;
    if (known.request !== JSON.stringify(input.TransactItems)) {
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The provided client token was already used with different parameters',
      );
    }
    return true;
  }

  remember(input: TransactWriteItemsInput, now: number): void {
    if (input.ClientRequestToken === undefined) return;
    for (const [token, { at }] of this.seen) if (now - at > TOKEN_LIFE_MS) this.seen.delete(token);
    this.seen.set(input.ClientRequestToken, { request: JSON.stringify(input.TransactItems), at: now });
  }
}

/** The one write of a transaction's element, with the table it names. */
export function writeOf(element: TransactWriteItem): { tableName: string | undefined; write: Write } {
  const { Put, Update, Delete, ConditionCheck } = element;
  if (Put) return { tableName: Put.TableName, write: { kind: 'Put', ...Put } };
  if (Update) return { tableName: Update.TableName, write: { kind: 'Update', ...Update } };
  if (Delete) return { tableName: Delete.TableName, write: { kind: 'Delete', ...Delete } };
  if (ConditionCheck) {
    return { tableName: ConditionCheck.TableName, write: { kind: 'ConditionCheck', ...ConditionCheck } };
  }
  throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
}

/** All of the writes, or none of them; the transaction has its items for so many seconds. */
export function transactWrite(
  input: TransactWriteItemsInput,
  tableOf: (name: string | undefined) => Table,
  seconds: number,
): void {
  const elements = input.TransactItems ?? [];
  checkCount('transactItems', elements);
  const writes = elements.map((element) => {
    if (Object.values(element).filter((member) => member !== undefined).length > 1) {
      throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const { tableName, write } = writeOf(element);
    return { tableName, write, expressions: bindExpressions(write) };
  });
  const located = writes.map(({ tableName, ...rest }) => ({ table: tableOf(tableName), ...rest }));
  checkDistinct(located);
  const plans: Plan[] = [];
  const reasons = located.map(({ table, write, expressions }): Reason => {
    try {
      const id = table.items.idOf(write.Item ?? write.Key ?? {});
      if (table.isInTransaction(id))
        return { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
      plans.push(planWrite(table, write, expressions));
      return { Code: 'None' };
    } catch (error) {
      // An empty key is refused before the transaction begins; other keys that do not fit are reasons.
      if (/key attribute cannot contain an empty/.test((error as Error).message)) throw error;
      return reasonOf(error);
    }
  });
  if (plans.length < writes.length) throw cancelled(reasons);
  checkSize(plans);
  for (const plan of plans) {
    carryOut(plan);
    plan.table.holdForTransaction(plan.id, seconds);
  }
}

function checkDistinct(writes: { table: Table; write: Write }[]): void {
  checkDistinctKeys(writes.map(({ table, write }) => ({ table, key: write.Item ?? write.Key ?? {} })));
}

/** One item has one place in a transaction. */
export function checkDistinctKeys(keys: { table: Table; key: Item }[]): void {
  const targets = keys.map(({ table, key }) => `${table.arn} ${table.items.idOf(key)}`);
  if (new Set(targets).size < targets.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
}

/** Both kinds of transaction hold between one and a hundred items. */
export function checkCount(member: string, elements: object[]): void {
  if (elements.length < 1) throw constraint(member, '[]', 'have length greater than or equal to 1');
  if (elements.length > 100)
    throw constraint(member, JSON.stringify(elements), 'have length less than or equal to 100');
}

/** API_TransactWriteItems: "the aggregate size of the items in the transaction cannot exceed 4 MB". */
function checkSize(plans: Plan[]): void {
  const bytes = plans.reduce((sum, { before, after }) => sum + itemSize(after ?? before ?? {}), 0);
  if (bytes > MOST_BYTES) throw validation('The aggregate size of the items in the transaction exceeds 4 MB');
}

/** The answer when some item of a transaction stands in its way. */
export function cancelled(reasons: Reason[]): AwsError {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

/** What stands in the way of one item; errors that are no reason are thrown again. */
export function reasonOf(error: unknown): Reason {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === 'ConditionalCheckFailedException') {
    return {
      Code: 'ConditionalCheckFailed',
      Message: error.message,
      ...(error.fields.Item !== undefined && { Item: error.fields.Item as Item }),
    };
  }
  if (error.code === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
  throw error;
}
