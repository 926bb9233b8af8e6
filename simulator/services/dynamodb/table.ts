import type {
  AttributeDefinition,
  BillingMode,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndex,
  MultiRegionConsistency,
  OnDemandThroughput,
  ProvisionedThroughput,
  ProvisionedThroughputDescription,
  RestoreSummary,
  SSESpecification,
  StreamSpecification,
  TableClass,
  TableDescription,
  TableStatus,
  TimeToLiveSpecification,
  WarmThroughput,
} from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import { Capacity } from './capacity';
import { ContributorInsights } from './contributor-insights';
import { Items, type KeyNames } from './items';
import { Journal } from './journal';
import { KinesisDestinations } from './kinesis-destinations';
import { PointInTimeRecovery } from './point-in-time-recovery';
import { ResourcePolicies } from './resource-policies';
import { TimeToLive } from './time-to-live';
import { type Item, itemSize } from './values';

/** What a table's owner decides about it. */
export interface TableSettings {
  TableName: string;
  KeySchema: KeySchemaElement[];
  AttributeDefinitions: AttributeDefinition[];
  BillingMode: BillingMode;
  ProvisionedThroughput?: ProvisionedThroughput;
  OnDemandThroughput?: OnDemandThroughput;
  GlobalSecondaryIndexes: GlobalSecondaryIndex[];
  LocalSecondaryIndexes: LocalSecondaryIndex[];
  StreamSpecification?: StreamSpecification;
  SSESpecification?: SSESpecification;
  TableClass?: TableClass;
  WarmThroughput?: WarmThroughput;
  DeletionProtectionEnabled: boolean;
}

/** A secondary index, as reads need it. */
export interface Index {
  name: string;
  key: KeyNames;
  /** The attributes that the index holds; undefined means all. */
  projected?: Set<string>;
  global: boolean;
}

const MINUTE_MS = 60 * 1000;
const SIX_HOURS_MS = 6 * 3600 * 1000;

/** One table: its settings, its items and what time does to them. */
export class Table {
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly key: KeyNames;
  readonly items: Items;
  readonly tags = new Map<string, string>();
  readonly timeToLive = new TimeToLive();
  readonly pointInTimeRecovery = new PointInTimeRecovery();
  readonly capacity: Capacity;
  /** Until when transactions have items, by the items' ids. */
  private readonly inTransaction = new Map<string, number>();
  readonly contributorInsights: ContributorInsights;
  readonly kinesisDestinations: KinesisDestinations;
  readonly resourcePolicies: ResourcePolicies;
  /** Guide, Local secondary indexes: the most bytes of one partition key in a table that has one. A test may set less. */
  mostCollectionBytes = 10 * 1024 ** 3;
  /** The other regions of a global table; there is nothing behind them. */
  replicaRegions: string[] = [];
  multiRegionConsistency: MultiRegionConsistency = 'EVENTUAL';
  /** Of an archived table. */
  archivalBackupArn?: string;
  /** Whether a template made it. */
  belongsToStack = false;
  /** Of a table that was restored. */
  restoreSummary?: RestoreSummary;
  /** Since when a table that was made by a request is ACTIVE. */
  activeSince?: number;
  /** GSIs that cannot be read yet, or any more. */
  readonly indexStatus = new Map<string, 'CREATING' | 'DELETING'>();
  private currentStatus: TableStatus = 'CREATING';
  streamLabel?: string;
  /** What eventually consistent reads may still see; only there when the account's consistency is a matter of time. */
  private readonly follower?: Items;
  /** The last minute's changes: an on-demand backup may lack them. */
  private readonly recent = new Journal(MINUTE_MS);
  private readonly followerQueue: { at: number; id: string; item: Item | undefined }[] = [];
  /** DynamoDB counts a table's items about every six hours, and DescribeTable shows the last count. */
  private statistics: { at: number; count: number; bytes: number };

  constructor(
    private readonly region: Region,
    readonly settings: TableSettings,
  ) {
    const { clock, random, consistencyDelaySeconds } = region.account;
    this.arn = region.arn('dynamodb', `table/${settings.TableName}`);
    this.id = random.uuid();
    this.createdAt = clock.date;
    this.statistics = { at: clock.now, count: 0, bytes: 0 };
    this.capacity = new Capacity(region.account, () => this.limits());
    this.contributorInsights = new ContributorInsights(region);
    this.kinesisDestinations = new KinesisDestinations(region);
    this.resourcePolicies = new ResourcePolicies(region);
    this.key = keyNames(settings.KeySchema);
    this.items = new Items(this.key);
    if (consistencyDelaySeconds > 0) this.follower = new Items(this.key);
    for (const index of [...settings.GlobalSecondaryIndexes, ...settings.LocalSecondaryIndexes]) {
      this.addIndex(index);
    }
    if (settings.StreamSpecification?.StreamEnabled) this.streamLabel = clock.date.toISOString().slice(0, -1);
  }

  get status(): TableStatus {
    return this.currentStatus;
  }

  set status(status: TableStatus) {
    this.currentStatus = status;
    this.region.account.observer.tell('table', this.name, { state: status });
  }

  get name(): string {
    return this.settings.TableName;
  }

  /** The type of a key attribute of the table or of one of its indexes. */
  keyType(attribute: string): 'S' | 'N' | 'B' | undefined {
    const definition = this.settings.AttributeDefinitions.find((each) => each.AttributeName === attribute);
    return definition?.AttributeType as 'S' | 'N' | 'B' | undefined;
  }

  get indexes(): Index[] {
    return [
      ...this.settings.GlobalSecondaryIndexes.map((index) => this.indexOf(index, true)),
      ...this.settings.LocalSecondaryIndexes.map((index) => this.indexOf(index, false)),
    ];
  }

  addIndex(index: GlobalSecondaryIndex | LocalSecondaryIndex): void {
    const key = keyNames(index.KeySchema ?? []);
    this.items.addIndex(index.IndexName ?? '', key);
    this.follower?.addIndex(index.IndexName ?? '', key);
  }

  removeIndex(name: string): void {
    this.items.removeIndex(name);
    this.follower?.removeIndex(name);
  }

  /** The one way in which an item changes, is made or is deleted. */
  write(id: string, item: Item | undefined): void {
    const { clock, random, consistencyDelaySeconds } = this.region.account;
    const before = this.items.get(id);
    this.items.set(id, item);
    this.timeToLive.watch(id, item, clock.now, random);
    const { enabledAt, journal } = this.pointInTimeRecovery;
    const change = { at: clock.now, id, key: this.keyOf(before ?? item ?? {}), before };
    this.recent.note(change);
    if (enabledAt !== undefined) journal.note(change);
    if (this.follower) {
      const last = this.followerQueue[this.followerQueue.length - 1]?.at ?? 0;
      const at = Math.max(last, clock.now + random.between(0, consistencyDelaySeconds) * 1000);
      this.followerQueue.push({ at, id, item });
    }
  }

  /** Puts items in as if they had always been there. */
  fill(items: Iterable<Item>): void {
    const { clock, random } = this.region.account;
    for (const item of items) {
      const id = this.items.idOf(item);
      this.items.set(id, item);
      this.follower?.set(id, item);
      this.timeToLive.watch(id, item, clock.now, random);
    }
    this.count();
  }

  /** Puts the items of a restore in; DynamoDB counts them hours later. */
  putRestored(items: Iterable<Item>): void {
    const { statistics } = this;
    this.fill(items);
    this.statistics = statistics;
  }

  /** A transaction has the item for so long: other writes of it are refused. */
  holdForTransaction(id: string, seconds: number): void {
    if (seconds > 0) this.inTransaction.set(id, this.region.account.clock.now + seconds * 1000);
  }

  /** The bytes of all items of one partition key, which a local secondary index keeps together. */
  collectionBytes(partition: string): number {
    let bytes = 0;
    for (const item of this.items.collection().query(partition, undefined, true, undefined)) bytes += itemSize(item);
    return bytes;
  }

  /** Whether a transaction has the item now. */
  isInTransaction(id: string): boolean {
    const until = this.inTransaction.get(id);
    if (until === undefined) return false;
    if (this.region.account.clock.now < until) return true;
    this.inTransaction.delete(id);
    return false;
  }

  private limits() {
    const { BillingMode, ProvisionedThroughput, OnDemandThroughput } = this.settings;
    const isProvisioned = BillingMode === 'PROVISIONED';
    const given = isProvisioned
      ? { Read: ProvisionedThroughput?.ReadCapacityUnits, Write: ProvisionedThroughput?.WriteCapacityUnits }
      : { Read: OnDemandThroughput?.MaxReadRequestUnits, Write: OnDemandThroughput?.MaxWriteRequestUnits };
    // A maximum of -1 is none.
    const limit = (units: number | undefined) => (units !== undefined && units > 0 ? units : undefined);
    return { arn: this.arn, isProvisioned, perSecond: { Read: limit(given.Read), Write: limit(given.Write) } };
  }

  /** The items of an earlier time, as point-in-time recovery knows them. */
  itemsAt(time: number): Item[] {
    return this.pointInTimeRecovery.journal.itemsAt(time, this.items.all(), (item) => this.items.idOf(item));
  }

  /**
   * What an on-demand backup that is requested now holds: what was committed a minute ago, or what is there now.
   * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html
   */
  itemsForBackup(): Item[] {
    const { clock, doubts } = this.region.account;
    if (doubts.behaviour('dynamodb.onDemandBackup') === 'untilTheRequest') return this.items.all();
    return this.recent.itemsAt(clock.now - MINUTE_MS, this.items.all(), (item) => this.items.idOf(item));
  }

  /** The key attributes of an item. */
  keyOf(item: Item): Item {
    const names = [this.key.partition, this.key.sort];
    return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
  }

  /** The new table can be used from now on. */
  activate(): void {
    this.status = 'ACTIVE';
    this.activeSince = this.region.account.clock.now;
  }

  /** Turns time to live on or off; items that are already there count as well. */
  updateTimeToLive(specification: TimeToLiveSpecification): void {
    const { clock, random } = this.region.account;
    this.timeToLive.update(specification, clock.now);
    for (const item of this.items.all()) this.timeToLive.watch(this.items.idOf(item), item, clock.now, random);
  }

  /** Does what time has done since the last request: expired items go, copies catch up. */
  settle(): void {
    const { now } = this.region.account.clock;
    for (const id of this.timeToLive.due(now)) this.write(id, undefined);
    while (this.follower && this.followerQueue[0] && this.followerQueue[0].at <= now) {
      const { id, item } = this.followerQueue.shift() as { id: string; item: Item | undefined };
      this.follower.set(id, item);
    }
    if (now - this.statistics.at >= SIX_HOURS_MS) this.count();
  }

  /** The items that a read sees. A global secondary index is always a little behind the table. */
  view(consistent: boolean, index?: Index): Items {
    if (!this.follower || consistent || this.followerQueue.length === 0) return this.items;
    return index?.global || this.region.account.random.next() < 0.5 ? this.follower : this.items;
  }

  /** Puts the table into a status for so many seconds, and into the next one after that. */
  become(status: TableStatus, seconds: number, then: TableStatus = 'ACTIVE'): void {
    this.status = status;
    this.region.account.clock.after(seconds, () => {
      if (status === 'CREATING' && then === 'ACTIVE') this.activate();
      else this.status = then;
    });
  }

  describe(): TableDescription {
    const { settings } = this;
    const onDemand = settings.BillingMode === 'PAY_PER_REQUEST';
    const streaming = settings.StreamSpecification?.StreamEnabled === true;
    return {
      AttributeDefinitions: structuredClone(settings.AttributeDefinitions),
      TableName: settings.TableName,
      KeySchema: structuredClone(settings.KeySchema),
      TableStatus: this.status,
      CreationDateTime: this.createdAt,
      ProvisionedThroughput: throughput(settings.ProvisionedThroughput),
      TableSizeBytes: this.statistics.bytes,
      ItemCount: this.statistics.count,
      TableArn: this.arn,
      TableId: this.id,
      ...(onDemand && {
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: this.createdAt },
      }),
      ...(settings.OnDemandThroughput && { OnDemandThroughput: { ...settings.OnDemandThroughput } }),
      ...(settings.LocalSecondaryIndexes.length > 0 && {
        LocalSecondaryIndexes: settings.LocalSecondaryIndexes.map((index) => ({
          ...structuredClone(index),
          ...this.indexStatistics(index),
        })),
      }),
      ...(settings.GlobalSecondaryIndexes.length > 0 && {
        GlobalSecondaryIndexes: settings.GlobalSecondaryIndexes.map((index) => this.describeGlobalIndex(index)),
      }),
      ...(streaming && {
        StreamSpecification: { ...settings.StreamSpecification, StreamEnabled: true },
        LatestStreamLabel: this.streamLabel,
        LatestStreamArn: `${this.arn}/stream/${this.streamLabel}`,
      }),
      ...(settings.SSESpecification?.Enabled && {
        SSEDescription: {
          Status: 'ENABLED',
          SSEType: 'KMS',
          KMSMasterKeyArn: settings.SSESpecification.KMSMasterKeyId ?? this.region.arn('kms', 'alias/aws/dynamodb'),
        },
      }),
      ...(this.restoreSummary && { RestoreSummary: { ...this.restoreSummary } }),
      ...(this.status === 'ARCHIVED' && {
        ArchivalSummary: {
          ArchivalDateTime: this.createdAt,
          ArchivalReason: 'INACCESSIBLE_ENCRYPTION_CREDENTIALS',
          ArchivalBackupArn: this.archivalBackupArn,
        },
      }),
      ...(this.replicaRegions.length > 0 && {
        GlobalTableVersion: '2019.11.21',
        MultiRegionConsistency: this.multiRegionConsistency,
        Replicas: this.replicaRegions.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
      }),
      ...(settings.WarmThroughput && { WarmThroughput: { ...settings.WarmThroughput, Status: 'ACTIVE' } }),
      ...(settings.TableClass && { TableClassSummary: { TableClass: settings.TableClass } }),
      DeletionProtectionEnabled: settings.DeletionProtectionEnabled,
    };
  }

  private describeGlobalIndex(index: GlobalSecondaryIndex): GlobalSecondaryIndexDescription {
    const status = this.status === 'CREATING' ? 'CREATING' : (this.indexStatus.get(index.IndexName ?? '') ?? 'ACTIVE');
    return {
      ...structuredClone(index),
      IndexStatus: status,
      ...(status === 'CREATING' && this.status !== 'CREATING' && { Backfilling: true }),
      ProvisionedThroughput: throughput(index.ProvisionedThroughput),
      ...this.indexStatistics(index),
    };
  }

  private indexStatistics(index: LocalSecondaryIndex): { IndexSizeBytes: number; ItemCount: number; IndexArn: string } {
    return { IndexSizeBytes: 0, ItemCount: 0, IndexArn: `${this.arn}/index/${index.IndexName}` };
  }

  private indexOf(index: LocalSecondaryIndex, global: boolean): Index {
    const key = keyNames(index.KeySchema ?? []);
    const projection = index.Projection;
    const names = [key.partition, key.sort, this.key.partition, this.key.sort, ...(projection?.NonKeyAttributes ?? [])];
    return {
      name: index.IndexName ?? '',
      key,
      global,
      ...(projection?.ProjectionType !== 'ALL' && {
        projected: new Set(names.filter((name) => name !== undefined)),
      }),
    };
  }

  private count(): void {
    const items = this.items.all();
    this.statistics = {
      at: this.region.account.clock.now,
      count: items.length,
      bytes: items.reduce((sum, item) => sum + itemSize(item), 0),
    };
  }
}

/** The attribute names of a key schema. */
export function keyNames(schema: KeySchemaElement[]): KeyNames {
  const partition = schema.find((element) => element.KeyType === 'HASH')?.AttributeName ?? '';
  const sort = schema.find((element) => element.KeyType === 'RANGE')?.AttributeName;
  return sort === undefined ? { partition } : { partition, sort };
}

function throughput(provisioned: ProvisionedThroughput | undefined): ProvisionedThroughputDescription {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: provisioned?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: provisioned?.WriteCapacityUnits ?? 0,
  };
}
