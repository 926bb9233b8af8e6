import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { differingNames, type Image, toAttribute, toAttributes, type Value } from './images';
import type { Entry } from './journal';

/** Conditions and values of one request have limits; what differs in more is listed. */
export const MOST_ATTRIBUTES = 100;

export type Write =
  | { kind: 'update'; input: UpdateItemCommandInput }
  | { kind: 'put'; input: PutItemCommandInput }
  | { kind: 'delete'; input: DeleteItemCommandInput };

/**
 * The one request that writes an entry of the journal. It is refused unless what it replaces is what the journal has:
 * no write is without a condition. An item that stays is changed in the attributes that differ, and in no other.
 */
export function writeOf(TableName: string, { keys, before, after }: Entry): Write {
  const Key = toAttributes(keys);
  const [partitionKey = ''] = Object.keys(keys);
  const answer = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  if (before && after)
    return { kind: 'update', input: { TableName, Key, ...answer, ...updateOf(before, after, partitionKey) } };
  if (after) {
    const isNew = {
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': partitionKey },
    };
    return { kind: 'put', input: { TableName, Item: toAttributes(after), ...answer, ...isNew } };
  }
  if (!before) throw new Error('An entry of the journal has no image.');
  return { kind: 'delete', input: { TableName, Key, ReturnValues: 'ALL_OLD', ...answer, ...stillThe(before, keys) } };
}

/** The command of a write. */
export function commandOf(write: Write) {
  if (write.kind === 'update') return new UpdateItemCommand(write.input);
  return write.kind === 'put' ? new PutItemCommand(write.input) : new DeleteItemCommand(write.input);
}

/** Without `attribute_exists` an update of an item that is gone would make a part of it. */
function updateOf(before: Image, after: Image, partitionKey: string) {
  const expressions = new Expressions();
  const conditions = [`attribute_exists(${expressions.name(partitionKey)})`];
  const [sets, removes]: [string[], string[]] = [[], []];
  for (const attribute of differingNames(before, after)) {
    const name = expressions.name(attribute);
    conditions.push(expressions.still(attribute, before[attribute]));
    const wanted = after[attribute];
    if (wanted) sets.push(`${name} = ${expressions.value(wanted)}`);
    else removes.push(name);
  }
  return {
    UpdateExpression: [
      ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
      ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: conditions.join(' AND '),
    ...expressions.maps(),
  };
}

/** Every known attribute is as it was. No condition can say that there is no other one: the answer shows that. */
function stillThe(image: Image, keys: Image) {
  const expressions = new Expressions();
  const [partitionKey = ''] = Object.keys(keys);
  const others = Object.keys(image).filter((name) => !(name in keys));
  const conditions = [
    `attribute_exists(${expressions.name(partitionKey)})`,
    ...others.sort().map((name) => expressions.still(name, image[name])),
  ];
  return { ConditionExpression: conditions.join(' AND '), ...expressions.maps() };
}

/** The names and values of an expression; both are always placeholders, as attributes may have any name. */
class Expressions {
  private readonly names = new Map<string, string>();
  private readonly values: Value[] = [];

  name(attribute: string): string {
    const known = this.names.get(attribute);
    if (known) return known;
    const placeholder = `#n${this.names.size}`;
    this.names.set(attribute, placeholder);
    return placeholder;
  }

  value(value: Value): string {
    this.values.push(value);
    return `:v${this.values.length - 1}`;
  }

  still(attribute: string, value: Value | undefined): string {
    const name = this.name(attribute);
    return value ? `${name} = ${this.value(value)}` : `attribute_not_exists(${name})`;
  }

  maps() {
    return {
      ExpressionAttributeNames: Object.fromEntries([...this.names].map(([name, placeholder]) => [placeholder, name])),
      ...(this.values.length > 0 && {
        ExpressionAttributeValues: Object.fromEntries(
          this.values.map((value, index) => [`:v${index}`, toAttribute(value)]),
        ),
      }),
    };
  }
}
