import type {
  AttributeDefinition,
  AttributeValue,
  BackupType,
  ContributorInsightsMode,
  GlobalSecondaryIndex,
  KeySchemaElement,
  KinesisDataStreamDestination,
  LocalSecondaryIndex,
  MultiRegionConsistency,
  OnDemandThroughput,
  ProvisionedThroughput,
  SSESpecification,
  StreamSpecification,
  TableClass,
  Tag,
  WarmThroughput,
} from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import type { TableBackup } from './backups';
import { imageOf, type TableImage } from './image';
import { keyNames, Table, type TableSettings } from './table';
import type { WorldTableJob } from './table-jobs';
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
  OnDemandThroughput?: OnDemandThroughput;
  WarmThroughput?: WarmThroughput;
  DeletionProtectionEnabled?: boolean;
  TimeToLiveAttribute?: string;
  PointInTimeRecoveryEnabled?: boolean;
  /** ISO 8601: when point-in-time recovery was turned on; by default at the start. */
  PointInTimeRecoveryEnabledAt?: string;
  /** By default 35. */
  RecoveryPeriodInDays?: number;
  ContributorInsights?: { IndexName?: string; Mode?: ContributorInsightsMode }[];
  KinesisDestinations?: Pick<KinesisDataStreamDestination, 'StreamArn' | 'ApproximateCreationDateTimePrecision'>[];
  ResourcePolicy?: Record<string, unknown>;
  /** By default ACTIVE. The others are of a table whose key cannot be used. */
  TableStatus?: 'ACTIVE' | 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' | 'ARCHIVED';
  /** The backup that DynamoDB made of an archived table. */
  ArchivalBackupArn?: string;
  /** The other regions of a global table. */
  ReplicaRegions?: string[];
  /** By default EVENTUAL. */
  MultiRegionConsistency?: MultiRegionConsistency;
  Tags?: Tag[];
  /** Plain objects: `{ "Id": "1", "Count": 2 }`. */
  Items?: Record<string, Json>[];
  /** What point-in-time recovery knows of the past: at that time the item of this key was changed. */
  History?: WorldChange[];
  Region?: string;
}

/** A change in the past of a table. */
interface WorldChange {
  /** ISO 8601. */
  At: string;
  Key: Record<string, Json>;
  /** What the item was until then; left out, there was none. */
  Before?: Record<string, Json>;
}

/** A backup of DynamoDB's own in the world file. */
export interface WorldTableBackup {
  BackupName: string;
  /** By default AVAILABLE. */
  BackupStatus?: 'CREATING' | 'AVAILABLE';
  /** By default USER. */
  BackupType?: BackupType;
  BackupArn?: string;
  /** ISO 8601; by default the start. */
  BackupCreationDateTime?: string;
  BackupExpiryDateTime?: string;
  /** The table as it was then. */
  Table: WorldTable;
  Region?: string;
}

/** The part of a world that DynamoDB knows. */
export interface DynamoDbWorld {
  tables?: WorldTable[];
  tableBackups?: WorldTableBackup[];
  tableJobs?: WorldTableJob[];
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
    OnDemandThroughput: world.OnDemandThroughput,
    WarmThroughput: world.WarmThroughput,
    DeletionProtectionEnabled: world.DeletionProtectionEnabled ?? false,
  });
  for (const { Key, Value } of world.Tags ?? []) table.tags.set(Key ?? '', Value ?? '');
  if (world.TimeToLiveAttribute !== undefined) table.timeToLive.set(world.TimeToLiveAttribute, true);
  loadRecovery(region, table, world);
  for (const { IndexName, Mode } of world.ContributorInsights ?? []) table.contributorInsights.set(IndexName, Mode);
  for (const destination of world.KinesisDestinations ?? []) table.kinesisDestinations.set(destination);
  if (world.ResourcePolicy) table.resourcePolicies.put(table.arn, JSON.stringify(world.ResourcePolicy));
  table.replicaRegions = [...(world.ReplicaRegions ?? [])];
  table.multiRegionConsistency = world.MultiRegionConsistency ?? 'EVENTUAL';
  table.status = world.TableStatus ?? 'ACTIVE';
  table.archivalBackupArn = world.ArchivalBackupArn;
  table.fill(items);
  return table;
}

function loadRecovery(region: Region, table: Table, world: WorldTable): void {
  const { pointInTimeRecovery: recovery } = table;
  recovery.recoveryPeriodDays = world.RecoveryPeriodInDays ?? 35;
  if (!world.PointInTimeRecoveryEnabled) return;
  const enabledAt = world.PointInTimeRecoveryEnabledAt;
  recovery.enabledAt = enabledAt === undefined ? region.account.clock.now : Date.parse(enabledAt);
  const history = [...(world.History ?? [])].sort((left, right) => Date.parse(left.At) - Date.parse(right.At));
  for (const { At, Key, Before } of history) {
    const key = normaliseItem(membersFromJson(Key));
    const before = Before && normaliseItem(membersFromJson(Before));
    recovery.journal.note({ at: Date.parse(At), id: table.items.idOf(key), key, before });
  }
}

/** Makes a backup of DynamoDB's own. */
export function loadBackup(region: Region, world: WorldTableBackup): TableBackup {
  const image = imageOf(loadTable(region, world.Table));
  const createdAt = world.BackupCreationDateTime ? new Date(world.BackupCreationDateTime) : region.account.clock.date;
  return {
    arn: world.BackupArn ?? region.dynamodb.backups.newArn(image.source.TableArn ?? ''),
    name: world.BackupName,
    type: world.BackupType ?? 'USER',
    createdAt,
    status: world.BackupStatus ?? 'AVAILABLE',
    image,
    restores: 0,
    ...(world.BackupExpiryDateTime && { expiresAt: new Date(world.BackupExpiryDateTime) }),
  };
}

/** The backup in the form of the world file. */
export function saveBackup(backup: TableBackup): WorldTableBackup {
  return {
    BackupName: backup.name,
    BackupArn: backup.arn,
    BackupStatus: backup.status === 'CREATING' ? 'CREATING' : 'AVAILABLE',
    BackupType: backup.type,
    BackupCreationDateTime: backup.createdAt.toISOString(),
    ...(backup.expiresAt && { BackupExpiryDateTime: backup.expiresAt.toISOString() }),
    Table: saveImage(backup.image),
  };
}

/** The table that an image shows, in the form of the world file. */
export function saveImage(image: TableImage): WorldTable {
  return saveData(image.settings, image.items);
}

/** The table in the form of the world file, its items in the order of their keys. */
export function saveTable(table: Table): WorldTable {
  table.settle();
  const policy = table.resourcePolicies.textOf(table.arn);
  const { Items, ...settings } = saveData(table.settings, table.items.all());
  return structuredClone({
    ...settings,
    ...(table.timeToLive.attributeName !== undefined && { TimeToLiveAttribute: table.timeToLive.attributeName }),
    ...saveRecovery(table),
    ...(table.contributorInsights.enabled.length > 0 && { ContributorInsights: table.contributorInsights.enabled }),
    ...saveKinesisDestinations(table),
    ...(policy !== undefined && { ResourcePolicy: JSON.parse(policy) }),
    ...(isInaccessible(table.status) && { TableStatus: table.status }),
    ...(table.archivalBackupArn && { ArchivalBackupArn: table.archivalBackupArn }),
    ...(table.replicaRegions.length > 0 && { ReplicaRegions: table.replicaRegions }),
    ...(table.multiRegionConsistency === 'STRONG' && { MultiRegionConsistency: 'STRONG' as const }),
    ...(table.tags.size > 0 && { Tags: sortedTags(table) }),
    Items,
  });
}

function isInaccessible(status: string): status is 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' | 'ARCHIVED' {
  return ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'ARCHIVED'].includes(status);
}

/** What a backup holds, in the form of the world file. */
function saveData(settings: TableSettings, unsorted: Item[]): WorldTable {
  const onDemand = settings.BillingMode === 'PAY_PER_REQUEST';
  const { partition, sort } = keyNames(settings.KeySchema);
  const order = (left: Item, right: Item, name: string | undefined) =>
    name === undefined ? 0 : compareValues(left[name] as AttributeValue, right[name] as AttributeValue);
  const items = [...unsorted].sort((left, right) => order(left, right, partition) || order(left, right, sort));
  return structuredClone({
    TableName: settings.TableName,
    KeySchema: settings.KeySchema,
    AttributeDefinitions: settings.AttributeDefinitions,
    ...(!onDemand && { BillingMode: 'PROVISIONED' as const, ProvisionedThroughput: settings.ProvisionedThroughput }),
    ...(onDemand && settings.OnDemandThroughput && { OnDemandThroughput: settings.OnDemandThroughput }),
    ...(settings.WarmThroughput && { WarmThroughput: settings.WarmThroughput }),
    ...(settings.GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes: settings.GlobalSecondaryIndexes }),
    ...(settings.LocalSecondaryIndexes.length > 0 && { LocalSecondaryIndexes: settings.LocalSecondaryIndexes }),
    ...(settings.StreamSpecification && { StreamSpecification: settings.StreamSpecification }),
    ...(settings.SSESpecification && { SSESpecification: settings.SSESpecification }),
    ...(settings.TableClass && { TableClass: settings.TableClass }),
    ...(settings.DeletionProtectionEnabled && { DeletionProtectionEnabled: true }),
    Items: items.map(membersToJson),
  });
}

function saveRecovery(table: Table): Partial<WorldTable> {
  const { enabledAt, recoveryPeriodDays, journal } = table.pointInTimeRecovery;
  if (enabledAt === undefined) return {};
  const history = journal.all().map(({ at, key, before }) => ({
    At: new Date(at).toISOString(),
    Key: membersToJson(key),
    ...(before && { Before: membersToJson(before) }),
  }));
  return {
    PointInTimeRecoveryEnabled: true,
    PointInTimeRecoveryEnabledAt: new Date(enabledAt).toISOString(),
    ...(recoveryPeriodDays !== 35 && { RecoveryPeriodInDays: recoveryPeriodDays }),
    ...(history.length > 0 && { History: history }),
  };
}

function saveKinesisDestinations(table: Table): Partial<WorldTable> {
  const active = table.kinesisDestinations.list().filter(({ DestinationStatus }) => DestinationStatus === 'ACTIVE');
  if (active.length === 0) return {};
  return { KinesisDestinations: active.map(({ DestinationStatus: _status, ...rest }) => rest) };
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
