import type {
  AttributeValue,
  ConsumedCapacity,
  QueryInput,
  QueryOutput,
  ScanInput,
  ScanOutput,
  Select,
} from '@aws-sdk/client-dynamodb';
import { readUnits } from './capacity';
import { keyText, type Position } from './collection';
import { constraint, invalidParameters, validation } from './errors';
import { type BoundExpressions, bindExpressions, type KeyCondition } from './expressions';
import type { Items, KeyNames } from './items';
import { checkNestedHeads, namesOf } from './keys';
import type { Index, Table } from './table';
import { type Item, itemSize, normaliseItem, typeOf } from './values';

const PAGE_BYTES = 1024 * 1024;
/** In the order in which DynamoDB names them. */
const SELECTS = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'];

/** Carries out a Query on a table that is there. */
export function query(table: Table, input: QueryInput): QueryOutput {
  if (input.KeyConditionExpression === undefined) {
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const expressions = bindExpressions(input);
  const index = indexFor(table, input);
  const key = index?.key ?? table.key;
  const conditions = expressions.keyConditions ?? {};
  checkConditions(table, key, conditions, expressions);
  checkRead(table, index, input, expressions);
  for (const name of namesOf(key)) {
    if (expressions.filterHeads.includes(name)) {
      throw validation(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
    }
  }
  const [partition] = (conditions[key.partition] as KeyCondition).operands(expressions.values);
  const sortCondition = key.sort === undefined ? undefined : conditions[key.sort];
  const items = table.view(input.ConsistentRead === true, index);
  const start = startPosition(table, items, index, input.ExclusiveStartKey);
  if (start && start.partition !== keyText(partition as AttributeValue)) {
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  const found = items
    .collection(index?.name)
    .query(
      keyText(partition as AttributeValue),
      sortCondition && { operator: sortCondition.operator, operands: sortCondition.operands(expressions.values) },
      input.ScanIndexForward !== false,
      start,
    );
  const ofPartition = keyText(partition as AttributeValue);
  const refusal = index?.global ? undefined : table.capacity.refusal('Read', ofPartition);
  if (refusal) throw refusal;
  const { page, bytes } = readPage(table, index, input, expressions, found);
  if (!index?.global) table.capacity.take('Read', readUnits(bytes, input.ConsistentRead === true), ofPartition);
  return page;
}

/** Carries out a Scan on a table that is there. */
export function scan(table: Table, input: ScanInput): ScanOutput {
  const expressions = bindExpressions(input);
  const index = indexFor(table, input);
  checkRead(table, index, input, expressions);
  const { Segment, TotalSegments } = input;
  if (Segment !== undefined && TotalSegments === undefined) {
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (TotalSegments !== undefined && Segment === undefined) {
    throw validation(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (Segment !== undefined && TotalSegments !== undefined && Segment >= TotalSegments) {
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
  const items = table.view(input.ConsistentRead === true, index);
  const start = startPosition(table, items, index, input.ExclusiveStartKey);
  const found = items.collection(index?.name).scan(Segment ?? 0, TotalSegments ?? 1, start);
  const refusal = index?.global ? undefined : table.capacity.refusal('Read');
  if (refusal) throw refusal;
  const { page, bytes } = readPage(table, index, input, expressions, found);
  const units = readUnits(bytes, input.ConsistentRead === true);
  if (!index?.global) table.capacity.take('Read', units);
  const ConsumedCapacity: ConsumedCapacity = { TableName: table.name, CapacityUnits: units };
  return { ...page, ...(input.ReturnConsumedCapacity === 'TOTAL' && { ConsumedCapacity }) };
}

function indexFor(table: Table, input: QueryInput | ScanInput): Index | undefined {
  if (input.IndexName === undefined) return undefined;
  const index = table.indexes.find((each) => each.name === input.IndexName);
  if (!index) throw validation(`The table does not have the specified index: ${input.IndexName}`);
  const status = table.indexStatus.get(index.name);
  if (status === 'CREATING') {
    throw validation(`Cannot read from backfilling global secondary index: ${index.name}`);
  }
  if (status === 'DELETING') throw validation(`The table does not have the specified index: ${input.IndexName}`);
  if (index.global && input.ConsistentRead) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  return index;
}

function checkConditions(
  table: Table,
  key: KeyNames,
  conditions: Record<string, KeyCondition>,
  expressions: BoundExpressions,
): void {
  const count = Object.keys(conditions).length;
  if (count < 1 || count > 2) throw validation('Conditions can be of length 1 or 2 only');
  for (const name of namesOf(key)) {
    const condition = conditions[name];
    if (!condition) {
      if (name === key.partition || count > 1) throw validation(`Query condition missed key schema element: ${name}`);
      continue;
    }
    if (condition.operands(expressions.values).some((operand) => typeOf(operand) !== table.keyType(name))) {
      throw invalidParameters('Condition parameter type does not match schema type');
    }
    if (name === key.partition && condition.operator !== 'EQ') throw validation('Query key condition not supported');
    if (name === key.partition && count > 1 && key.sort === undefined) {
      throw validation('Query key condition not supported');
    }
  }
}

function checkRead(
  table: Table,
  index: Index | undefined,
  input: QueryInput | ScanInput,
  expressions: BoundExpressions,
): void {
  checkNestedHeads(table, expressions.nestedHeads);
  // Query and Scan say the same in other words.
  const [limit, shown] = 'KeyConditionExpression' in input ? ['Limit', undefined] : ['limit', `${input.Limit}`];
  if (input.Limit !== undefined && input.Limit < 1)
    throw constraint(limit, shown, 'have value greater than or equal to 1');
  if (input.Select !== undefined && !SELECTS.includes(input.Select))
    throw constraint('select', input.Select, `satisfy enum value set: [${SELECTS.join(', ')}]`);
  if (input.Select === 'ALL_ATTRIBUTES' && index?.global && index.projected) {
    throw invalidParameters(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  if (input.Select === 'ALL_PROJECTED_ATTRIBUTES' && !index) {
    throw validation('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (expressions.project && input.Select !== undefined && input.Select !== 'SPECIFIC_ATTRIBUTES') {
    const wanted = input.Select === 'COUNT' ? 'only the Count' : input.Select;
    throw validation(`Cannot specify the ProjectionExpression when choosing to get ${wanted}`);
  }
  if (input.Select === 'SPECIFIC_ATTRIBUTES' && !expressions.project) {
    throw validation(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
}

/** Where a read continues: the key must have exactly the attributes that a `LastEvaluatedKey` has. */
function startPosition(
  table: Table,
  items: Items,
  index: Index | undefined,
  given: Item | undefined,
): Position | undefined {
  if (!given) return undefined;
  const key = normaliseItem(given);
  const names = startKeyNames(table, index);
  const fits =
    Object.keys(key).length === names.length &&
    names.every((name) => key[name] && typeOf(key[name]) === table.keyType(name));
  if (!fits) {
    throw validation(
      index
        ? 'The provided starting key is invalid'
        : 'The provided starting key is invalid: The provided key element does not match the schema',
    );
  }
  return items.collection(index?.name).positionOf(key, items.idOf(key));
}

function startKeyNames(table: Table, index: Index | undefined): string[] {
  return [...new Set([...namesOf(table.key), ...(index ? namesOf(index.key) : [])])];
}

function readPage(
  table: Table,
  index: Index | undefined,
  input: { Limit?: number; Select?: Select },
  expressions: BoundExpressions,
  source: Generator<Item>,
): { page: QueryOutput; bytes: number } {
  const found: Item[] = [];
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  let scanned = 0;
  let bytes = 0;
  let last: Item | undefined;
  let more = false;
  for (const item of source) {
    const seen = shownBy(index, item, input.Select);
    last = item;
    scanned++;
    bytes += itemSize(seen);
    if (!expressions.filter || expressions.filter(seen, expressions.values)) {
      found.push(expressions.project ? expressions.project(seen) : seen);
    }
    // As in AWS, a page that ends exactly with the last item still names a key to continue from.
    more = scanned >= limit || bytes >= PAGE_BYTES;
    if (more) break;
  }
  const page = {
    ...(input.Select !== 'COUNT' && { Items: found }),
    Count: found.length,
    ScannedCount: scanned,
    ...(more && last && { LastEvaluatedKey: pick(last, startKeyNames(table, index)) }),
  };
  return { page, bytes };
}

/** What an index holds of an item. A local secondary index fetches the rest from the table when it is asked to. */
function shownBy(index: Index | undefined, item: Item, select: Select | undefined): Item {
  if (!index?.projected || (select === 'ALL_ATTRIBUTES' && !index.global)) return item;
  return pick(item, index.projected);
}

function pick(item: Item, names: Iterable<string>): Item {
  const result: Item = {};
  for (const name of names) if (item[name]) result[name] = item[name];
  return result;
}
