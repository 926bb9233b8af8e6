import type {
  AttributeDefinition,
  AttributeValue,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  ProvisionedThroughput,
  SSESpecification,
  StreamSpecification,
  TableClass,
  Tag,
} from '@aws-sdk/client-dynamodb';
import type { Region } from '../../region';
import { keyNames, Table } from './table';
import { binaryText, compareText, compareValues, type Item, normaliseItem } from './values';

/** A value of JSON; `{ "$dynamodb": { "SS": ["a"] } }` stands for what JSON has no word for. */
type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A table in the world file. What is left out has DynamoDB's default; the billing mode's is on demand here. */
export interface WorldTable {
  TableName: string;
  KeySchema: KeySchemaElement[];
  /** Left out, the key attributes have the type of the first item that has them, or are strings. */
  AttributeDefinitions?: AttributeDefinition[];
  BillingMode?: 'PROVISIONED' | 'PAY_PER_REQUEST';
  ProvisionedThroughput?: ProvisionedThroughput;
  GlobalSecondaryIndexes?: GlobalSecondaryIndex[];
  LocalSecondaryIndexes?: LocalSecondaryIndex[];
  StreamSpecification?: StreamSpecification;
  SSESpecification?: SSESpecification;
  TableClass?: TableClass;
  DeletionProtectionEnabled?: boolean;
  TimeToLiveAttribute?: string;
  PointInTimeRecoveryEnabled?: boolean;
  Tags?: Tag[];
  /** Plain objects: `{ "Id": "1", "Count": 2 }`. */
  Items?: Record<string, Json>[];
}

/** Makes a table that is ACTIVE from the start. */
export function loadTable(region: Region, world: WorldTable): Table {
  const items = (world.Items ?? []).map((item) => normaliseItem(membersFromJson(item)));
  const table = new Table(region, {
    TableName: world.TableName,
    KeySchema: world.KeySchema,
    AttributeDefinitions: world.AttributeDefinitions ?? guessDefinitions(world, items),
    BillingMode: world.BillingMode ?? 'PAY_PER_REQUEST',
    ProvisionedThroughput: world.ProvisionedThroughput,
    GlobalSecondaryIndexes: world.GlobalSecondaryIndexes ?? [],
    LocalSecondaryIndexes: world.LocalSecondaryIndexes ?? [],
    StreamSpecification: world.StreamSpecification,
    SSESpecification: world.SSESpecification,
    TableClass: world.TableClass,
    DeletionProtectionEnabled: world.DeletionProtectionEnabled ?? false,
  });
  table.status = 'ACTIVE';
  for (const { Key, Value } of world.Tags ?? []) table.tags.set(Key ?? '', Value ?? '');
  if (world.TimeToLiveAttribute !== undefined) table.timeToLive.set(world.TimeToLiveAttribute, true);
  if (world.PointInTimeRecoveryEnabled) table.pointInTimeRecovery.enabledAt = region.account.clock.now;
  table.fill(items);
  return table;
}

/** The table in the form of the world file, its items in the order of their keys. */
export function saveTable(table: Table): WorldTable {
  table.settle();
  const { settings } = table;
  const onDemand = settings.BillingMode === 'PAY_PER_REQUEST';
  const { partition, sort } = table.key;
  const order = (left: Item, right: Item, name: string | undefined) =>
    name === undefined ? 0 : compareValues(left[name] as AttributeValue, right[name] as AttributeValue);
  const items = table.items.all().sort((left, right) => order(left, right, partition) || order(left, right, sort));
  return structuredClone({
    TableName: settings.TableName,
    KeySchema: settings.KeySchema,
    AttributeDefinitions: settings.AttributeDefinitions,
    ...(!onDemand && { BillingMode: 'PROVISIONED' as const, ProvisionedThroughput: settings.ProvisionedThroughput }),
    ...(settings.GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes: settings.GlobalSecondaryIndexes }),
    ...(settings.LocalSecondaryIndexes.length > 0 && { LocalSecondaryIndexes: settings.LocalSecondaryIndexes }),
    ...(settings.StreamSpecification && { StreamSpecification: settings.StreamSpecification }),
    ...(settings.SSESpecification && { SSESpecification: settings.SSESpecification }),
    ...(settings.TableClass && { TableClass: settings.TableClass }),
    ...(settings.DeletionProtectionEnabled && { DeletionProtectionEnabled: true }),
    ...(table.timeToLive.attributeName !== undefined && { TimeToLiveAttribute: table.timeToLive.attributeName }),
    ...(table.pointInTimeRecovery.enabledAt !== undefined && { PointInTimeRecoveryEnabled: true }),
    ...(table.tags.size > 0 && { Tags: sortedTags(table) }),
    Items: items.map(membersToJson),
  });
}

/** A table's tags in the order of their keys. */
export function sortedTags(table: Table): Tag[] {
  return [...table.tags]
    .map(([Key, Value]) => ({ Key, Value }))
    .sort((left, right) => compareText(left.Key, right.Key));
}

function guessDefinitions(world: WorldTable, items: Item[]): AttributeDefinition[] {
  const indexes = [...(world.GlobalSecondaryIndexes ?? []), ...(world.LocalSecondaryIndexes ?? [])];
  const schemas = [world.KeySchema, ...indexes.map((index) => index.KeySchema ?? [])];
  const names = schemas.map(keyNames).flatMap((key) => [key.partition, ...(key.sort === undefined ? [] : [key.sort])]);
  return [...new Set(names)].map((name) => {
    const value = items.find((item) => item[name])?.[name];
    return { AttributeName: name, AttributeType: value?.N !== undefined ? 'N' : value?.B ? 'B' : 'S' };
  });
}

function membersFromJson(members: Record<string, Json>): Item {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, fromJson(value)]));
}

function fromJson(value: Json): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(fromJson) };
  const { $dynamodb: typed } = value;
  if (typed === undefined) return { M: membersFromJson(value) };
  const { B, BS } = typed as { B?: string; BS?: string[] };
  if (B !== undefined) return { B: Buffer.from(B, 'base64') };
  if (BS) return { BS: BS.map((text) => Buffer.from(text, 'base64')) };
  return typed as unknown as AttributeValue;
}

function membersToJson(members: Item): Record<string, Json> {
  const names = Object.keys(members).sort(compareText);
  return Object.fromEntries(names.map((name) => [name, toJson(members[name] as AttributeValue)]));
}

function toJson(value: AttributeValue): Json {
  if (value.S !== undefined) return value.S;
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L) return value.L.map(toJson);
  if (value.M) return membersToJson(value.M);
  if (value.N !== undefined && String(Number(value.N)) === value.N) return Number(value.N);
  if (value.B) return { $dynamodb: { B: binaryText(value.B) } };
  if (value.BS) return { $dynamodb: { BS: value.BS.map(binaryText) } };
  return { $dynamodb: value as { N: string } | { SS: string[] } | { NS: string[] } };
}
