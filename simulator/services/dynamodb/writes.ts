import type { AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors';
import { writeUnits } from './capacity';
import { keyText } from './collection';
import { invalidParameters, validation } from './errors';
import { type BoundExpressions, bindExpressions, type ExpressionParameters } from './expressions';
import { checkIndexKeys, checkItemKeys, checkKey, checkNestedHeads, namesOf } from './keys';
import type { Table } from './table';
import { type Item, itemSize, normaliseItem } from './values';

const MAX_ITEM_BYTES = 400 * 1024;

/** One write, as an operation of its own or as part of a transaction or batch. */
export interface Write extends ExpressionParameters {
  kind: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  Item?: Item;
  Key?: Item;
  ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure;
}

/** A write that was found to be possible. */
export interface Plan {
  table: Table;
  id: string;
  before: Item | undefined;
  after: Item | undefined;
  expressions: BoundExpressions;
  changes: boolean;
}

/** Finds out what a write would do, or throws what AWS would answer; nothing is changed yet. */
export function planWrite(table: Table, write: Write, expressions = bindExpressions(write)): Plan {
  checkNestedHeads(table, expressions.nestedHeads);
  const item = write.kind === 'Put' ? checkedItem(table, write.Item ?? {}) : undefined;
  const key = item ?? checkKey(table, write.Key ?? {});
  if (expressions.update) checkUpdatedPaths(table, expressions);
  const id = table.items.idOf(key);
  const before = table.items.get(id);
  if (expressions.condition && !expressions.condition(before ?? {}, expressions.values)) {
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, {
      ...(before && write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && { Item: before }),
    });
  }
  const plan = { table, id, before, expressions };
  if (write.kind === 'Put') return { ...plan, after: item, changes: true };
  if (write.kind === 'Update') return { ...plan, after: updatedItem(table, before ?? key, expressions), changes: true };
  if (write.kind === 'Delete') return { ...plan, after: undefined, changes: before !== undefined };
  return { ...plan, after: before, changes: false };
}

/**
 * As `planWrite`, for a write of its own: it needs capacity, also when its condition fails, and an item that no transaction
 * has. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html (Errors)
 */
export function planSingleWrite(table: Table, write: Write): Plan {
  const planned = planOrFailure(table, write);
  const key = write.Item ?? write.Key ?? {};
  const id = table.items.idOf(key);
  const partition = keyText(key[table.key.partition] as AttributeValue);
  const refusal = table.capacity.refusal('Write', partition);
  if (refusal) throw refusal;
  if (table.isInTransaction(id)) {
    throw new AwsError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  if (planned instanceof AwsError) {
    table.capacity.take('Write', writeUnits(table.items.get(id), undefined), partition);
    throw planned;
  }
  checkCollectionSize(table, partition, planned);
  table.capacity.take('Write', writeUnits(planned.before, planned.after), partition);
  return planned;
}

/** The plan, or the answer that its condition does not hold; a request that is wrong throws. */
function planOrFailure(table: Table, write: Write): Plan | AwsError {
  try {
    return planWrite(table, write);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') return error;
    throw error;
  }
}

/** Guide, Local secondary indexes, Item collection size limit: what is above it may shrink, and may not grow. */
function checkCollectionSize(table: Table, partition: string, { before, after }: Plan): void {
  if (table.settings.LocalSecondaryIndexes.length === 0 || !after) return;
  const growth = itemSize(after) - (before ? itemSize(before) : 0);
  if (growth <= 0 || table.collectionBytes(partition) + growth <= table.mostCollectionBytes) return;
  throw new AwsError('ItemCollectionSizeLimitExceededException', 'Item collection size limit exceeded.');
}

/** Does what was planned. */
export function carryOut(plan: Plan): void {
  if (plan.changes) plan.table.write(plan.id, plan.after);
}

/** The `Attributes` of the answer. */
export function returnedAttributes(plan: Plan, returnValues: ReturnValue | undefined): Item | undefined {
  const project = plan.expressions.update?.project ?? (() => ({}));
  switch (returnValues) {
    case 'ALL_OLD':
      return plan.before;
    case 'ALL_NEW':
      return plan.after;
    case 'UPDATED_OLD':
      return plan.before && nonEmpty(project(plan.before));
    case 'UPDATED_NEW':
      return plan.after && nonEmpty(project(plan.after));
    default:
      return undefined;
  }
}

function nonEmpty(item: Record<string, AttributeValue>): Item | undefined {
  return Object.keys(item).length > 0 ? item : undefined;
}

function checkedItem(table: Table, given: Item): Item {
  const item = normaliseItem(given);
  checkItemKeys(table, item);
  if (itemSize(item) > MAX_ITEM_BYTES) throw validation('Item size has exceeded the maximum allowed size');
  return item;
}

function checkUpdatedPaths(table: Table, { update }: BoundExpressions): void {
  const heads = new Set(update?.paths.map((path) => path[0]));
  for (const name of namesOf(table.key)) {
    if (heads.has(name)) throw invalidParameters(`Cannot update attribute ${name}. This attribute is part of the key`);
  }
}

function updatedItem(table: Table, before: Item, { update, values }: BoundExpressions): Item {
  const after = update ? update.apply(before, values) : before;
  checkIndexKeys(table, after);
  if (itemSize(after) > MAX_ITEM_BYTES) {
    throw validation('Item size to update has exceeded the maximum allowed size');
  }
  return after;
}
