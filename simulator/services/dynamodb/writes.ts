import type { AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors';
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
