import { DynamoDBClient, GetItemCommand, type PutItemCommand } from '@aws-sdk/client-dynamodb';
import { hasName } from '../../shared/error-name';
import { describeError, isTransient } from '../../shared/task';
import { differingNames, type Image, imageOf, isSameImage, isSameValue, toAttributes } from './images';
import type { Entry, Listed } from './journal';
import { commandOf, type Write, writeOf } from './write';

/** What became of a write; `later`: DynamoDB is busy, and nothing is known to be written. */
type Written = { kind: 'restored' } | { kind: 'listed'; listed: Listed } | { kind: 'later' };

// Whether a deletion was made by this request must be known, so the SDK must not send it again when its answer is lost.
const dynamodb = new DynamoDBClient({ maxAttempts: 1 });

/** API_TransactWriteItems: another transaction has the item. */
const BUSY = ['TransactionConflictException', 'LimitExceededException'];

/**
 * Writes one entry of the journal if the table has what the journal says, and tells what became of it. Safe to repeat: a
 * write that is done is found done. `isRepeat`: an earlier attempt may have written the entry without telling.
 */
export async function writeEntry(TableName: string, entry: Entry, isRepeat: boolean): Promise<Written> {
  const write = writeOf(TableName, entry);
  try {
    const { Attributes } = await dynamodb.send(commandOf(write) as PutItemCommand);
    const deleted = write.kind === 'delete' && Attributes ? imageOf(Attributes) : undefined;
    return deleted && !isSameImage(deleted, entry.before)
      ? await putBack(TableName, entry, deleted)
      : { kind: 'restored' };
  } catch (error) {
    return afterRefusal(TableName, entry, write, error, isRepeat);
  }
}

async function afterRefusal(
  TableName: string,
  entry: Entry,
  write: Write,
  error: unknown,
  isRepeat: boolean,
): Promise<Written> {
  if (hasName(error, 'ConditionalCheckFailedException')) {
    const { Item } = error as { Item?: Parameters<typeof imageOf>[0] };
    return lookAt(entry, Item && imageOf(Item), isRepeat);
  }
  if (hasName(error, 'ItemCollectionSizeLimitExceededException'))
    return { kind: 'listed', listed: { ...told(entry), reason: 'item collection over 10 GB' } };
  if (hasName(error, ...BUSY)) return { kind: 'later' };
  if (!isTransient(error) && !isConnectionLost(error))
    return { kind: 'listed', listed: { ...told(entry), reason: 'refused by DynamoDB', detail: describeError(error) } };
  // Only a deletion that may have happened cannot be decided by trying again.
  if (write.kind !== 'delete' || isRefusal(error)) return { kind: 'later' };
  const read = new GetItemCommand({ TableName, Key: toAttributes(entry.keys), ConsistentRead: true });
  const { Item } = await dynamodb.send(read);
  return Item ? { kind: 'later' } : lookAt(entry, undefined, true);
}

/** What the item is, when the write was refused: done already, or changed by another writer. */
function lookAt(entry: Entry, now: Image | undefined, isRepeat: boolean): Written {
  if (isDone(entry, now)) {
    const isUnsure = !entry.after && entry.before && isRepeat;
    if (!isUnsure) return { kind: 'restored' };
    return { kind: 'listed', listed: { ...told(entry), reason: 'deleted without an answer' } };
  }
  return { kind: 'listed', listed: { ...told(entry), reason: 'changed while the run worked', ...(now && { now }) } };
}

/** Whether an item is as the entry writes it: in the attributes that it writes. */
export function isDone({ before, after }: Entry, now: Image | undefined): boolean {
  if (!after || !before) return isSameImage(now, after);
  return now !== undefined && differingNames(before, after).every((name) => isSameValue(now[name], after[name]));
}

/** The item had an attribute that the plan did not know: it comes back as it was, and the report lists it. */
async function putBack(TableName: string, entry: Entry, deleted: Image): Promise<Written> {
  const write = writeOf(TableName, { keys: entry.keys, after: deleted });
  const listed: Listed = { ...told(entry), reason: 'changed while the run worked', now: deleted };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dynamodb.send(commandOf(write) as PutItemCommand);
      return { kind: 'listed', listed };
    } catch (error) {
      if (hasName(error, 'ConditionalCheckFailedException'))
        return {
          kind: 'listed',
          listed: { ...listed, detail: 'it was deleted and made again meanwhile, or put back already' },
        };
      if (attempt >= 10)
        return { kind: 'listed', listed: { ...listed, detail: `it could not be put back: ${describeError(error)}` } };
    }
  }
}

function told({ keys, before, after }: Entry): Pick<Listed, 'keys' | 'old' | 'new'> {
  return { keys, ...(after && { old: after }), ...(before && { new: before }) };
}

/** The service refused the request, so it did nothing. */
function isRefusal(error: unknown): boolean {
  return ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0) === 400;
}

function isConnectionLost(error: unknown): boolean {
  return (error as { $metadata?: object }).$metadata === undefined;
}
