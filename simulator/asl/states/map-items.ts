import type { Json } from '../payload';
import type { Visit } from '../visit';
import { readItems } from './item-reader';

/** The array that a Map state goes through: what its reader reads, `Items`, or else the state's input. */
export async function mapItems(visit: Visit): Promise<Json[]> {
  const { Items, ItemReader } = visit.state;
  if (ItemReader !== undefined) return readItems(visit);
  const items = Items === undefined ? visit.input : await visit.evaluate('Items', Items);
  if (Array.isArray(items)) return items;
  if (typeof Items !== 'string')
    throw visit.evaluationError(`Map state input must be an array but was: ${JSON.stringify(items)}`);
  // The words are those of a recorded history of AWS.
  const expression = Items.replace(/^\{%\s*|\s*%\}$/g, '');
  const problem = `Expected 'array', but was '${typeOf(items)}' for value: ${JSON.stringify(items)}`;
  throw visit.evaluationError(
    `The JSONata expression '${expression}' specified for the field 'Items' returned an unexpected result type. ${problem}`,
    'Items',
  );
}

function typeOf(value: Json): string {
  return value === null ? 'null' : typeof value;
}

/** The input of one iteration: `ItemSelector`, which reads the state's input and `Map.Item`, or else the item itself. */
export async function selectItem(visit: Visit, item: Json, index: number): Promise<Json> {
  const { ItemSelector } = visit.state;
  if (ItemSelector === undefined) return item;
  return visit.evaluate('ItemSelector', ItemSelector, {}, { Index: index, Value: item });
}
