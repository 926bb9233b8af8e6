import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  BatchWriteItemInput,
  BatchWriteItemOutput,
  CreateBackupInput,
  CreateBackupOutput,
  CreateTableInput,
  CreateTableOutput,
  DeleteBackupInput,
  DeleteBackupOutput,
  DeleteItemInput,
  DeleteItemOutput,
  DeleteResourcePolicyInput,
  DeleteResourcePolicyOutput,
  DeleteTableInput,
  DeleteTableOutput,
  DescribeBackupInput,
  DescribeBackupOutput,
  DescribeContinuousBackupsInput,
  DescribeContinuousBackupsOutput,
  DescribeContributorInsightsInput,
  DescribeContributorInsightsOutput,
  DescribeExportInput,
  DescribeExportOutput,
  DescribeKinesisStreamingDestinationInput,
  DescribeKinesisStreamingDestinationOutput,
  DescribeTableInput,
  DescribeTableOutput,
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  ExportTableToPointInTimeInput,
  ExportTableToPointInTimeOutput,
  GetItemInput,
  GetItemOutput,
  GetResourcePolicyInput,
  GetResourcePolicyOutput,
  KinesisStreamingDestinationInput,
  KinesisStreamingDestinationOutput,
  ListBackupsInput,
  ListBackupsOutput,
  ListExportsInput,
  ListExportsOutput,
  ListTablesInput,
  ListTablesOutput,
  ListTagsOfResourceInput,
  ListTagsOfResourceOutput,
  PutItemInput,
  PutItemOutput,
  PutResourcePolicyInput,
  PutResourcePolicyOutput,
  QueryInput,
  QueryOutput,
  RestoreSummary,
  RestoreTableFromBackupInput,
  RestoreTableFromBackupOutput,
  RestoreTableToPointInTimeInput,
  RestoreTableToPointInTimeOutput,
  ScanInput,
  ScanOutput,
  TagResourceInput,
  TransactGetItemsInput,
  TransactGetItemsOutput,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
  UntagResourceInput,
  UpdateContinuousBackupsInput,
  UpdateContinuousBackupsOutput,
  UpdateContributorInsightsInput,
  UpdateContributorInsightsOutput,
  UpdateItemInput,
  UpdateItemOutput,
  UpdateTableInput,
  UpdateTableOutput,
  UpdateTimeToLiveInput,
  UpdateTimeToLiveOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError, SimulatorError } from '../errors';
import type { Region } from '../places';
import { type Access, Service } from '../service';
import { accessFor, tableArn } from './dynamodb/access';
import { describeBackup, detailsOf, TableBackups } from './dynamodb/backups';
import { batchGet, batchWrite } from './dynamodb/batches';
import { keyAccess } from './dynamodb/encryption';
import { inUse, notFound, validation } from './dynamodb/errors';
import { TableExports } from './dynamodb/exports';
import { bindExpressions } from './dynamodb/expressions';
import { imageOf, type TableImage } from './dynamodb/image';
import { checkKey, checkNestedHeads } from './dynamodb/keys';
import { checkExpressionUse, checkSupported, required } from './dynamodb/parameters';
import { query, scan } from './dynamodb/reads';
import type { Overrides } from './dynamodb/restored-settings';
import { Restores } from './dynamodb/restores';
import { checkName, settingsOf } from './dynamodb/schema';
import { Table } from './dynamodb/table';
import { TableJobs } from './dynamodb/table-jobs';
import { applyTableUpdate } from './dynamodb/table-updates';
import { checkCount, TransactionTokens, transactWrite } from './dynamodb/transactions';
import { compareText, type Item } from './dynamodb/values';
import {
  type DynamoDbWorld,
  loadBackup,
  loadTable,
  saveBackup,
  saveTable,
  sortedTags,
  type WorldTable,
} from './dynamodb/world';
import { carryOut, planWrite, returnedAttributes } from './dynamodb/writes';

export type { WorldTable } from './dynamodb/world';

declare module '../places' {
  interface Region {
    readonly dynamodb: DynamoDb;
  }
}

/** Amazon DynamoDB: tables and their items. What is and is not simulated: simulator/docs/dynamodb.md. */
export class DynamoDb extends Service {
  readonly iamPrefix = 'dynamodb';

  /** How long a change of a table takes, in seconds; a world may set other times. */
  readonly durations = {
    createTable: 8,
    updateTable: 4,
    deleteTable: 6,
    changeIndex: 300,
    createBackup: 60,
    restoreTable: 360,
    exportTable: 300,
    /** From ACTIVE to the first moment at which backups of a new table can be made or turned on. */
    enableBackups: 10,
  };

  override readonly rates = {
    CreateBackup: { burst: 50, perSecond: 50 },
    DeleteBackup: { burst: 10, perSecond: 10 },
    DescribeBackup: { burst: 10, perSecond: 10 },
    DescribeContinuousBackups: { burst: 10, perSecond: 10 },
    ListBackups: { burst: 5, perSecond: 5 },
    RestoreTableFromBackup: { burst: 10, perSecond: 10 },
    RestoreTableToPointInTime: { burst: 10, perSecond: 10 },
  };

  /** By name; backups, restores and other parts of the service find tables here. */
  readonly tables = new Map<string, Table>();
  readonly backups: TableBackups;
  readonly restores: Restores;
  readonly exports: TableExports;
  private readonly jobs = new TableJobs();
  private readonly tokens = new TransactionTokens();

  constructor(region: Region) {
    super(region);
    this.backups = new TableBackups(region);
    this.restores = new Restores(region, this.tables);
    this.exports = new TableExports(region);
  }

  override access(operation: string, input: unknown): Access[] {
    const request = input as object;
    if (this.isRefusedForItsName(operation, request)) return [];
    return [...accessFor(this.region, operation, request), ...keyAccess(this.region, operation, request)];
  }

  /** Whether a restore is refused before the rights of its caller are checked. */
  private isRefusedForItsName(operation: string, { TargetTableName = '' }: { TargetTableName?: string }): boolean {
    if (!['RestoreTableFromBackup', 'RestoreTableToPointInTime'].includes(operation)) return false;
    if (!this.tables.has(TargetTableName)) return false;
    return this.region.account.doubts.behaviour('dynamodb.restoreOverExisting') === 'nameFirst';
  }

  /** Puts tables in as if they had always been there. */
  load(tables: WorldTable[]): void {
    for (const table of tables) this.tables.set(table.TableName, loadTable(this.region, table));
  }

  /** Takes what a world declares for this region; how jobs go holds in every region. */
  loadWorld(world: DynamoDbWorld): void {
    const isHere = ({ Region = this.region.account.homeRegion }) => Region === this.region.name;
    this.load((world.tables ?? []).filter(isHere));
    for (const backup of (world.tableBackups ?? []).filter(isHere)) this.backups.put(loadBackup(this.region, backup));
    this.jobs.add(world.tableJobs);
  }

  /** This region's state, in the form of a world. */
  world(): Required<DynamoDbWorld> {
    const Region = this.region.name;
    return {
      tables: this.snapshot().map((table) => ({ ...table, Region })),
      tableBackups: this.backups.present().map((backup) => ({ ...saveBackup(backup), Region })),
      tableJobs: this.jobs.all(),
    };
  }

  /** The tables in the form of the world file, in the order of their names; those of a stack come with its template. */
  snapshot(): WorldTable[] {
    return this.names()
      .map((name) => this.tables.get(name) as Table)
      .filter((table) => table.status !== 'DELETING' && !table.belongsToStack)
      .map(saveTable);
  }

  CreateTable(input: CreateTableInput): CreateTableOutput {
    checkSupported(input);
    const settings = settingsOf(input);
    if (this.tables.has(settings.TableName)) throw inUse(`Table already exists: ${settings.TableName}`);
    const table = new Table(this.region, settings);
    for (const { Key, Value } of input.Tags ?? []) table.tags.set(Key ?? '', Value ?? '');
    this.tables.set(table.name, table);
    table.become('CREATING', this.durations.createTable);
    return { TableDescription: table.describe() };
  }

  DescribeTable(input: DescribeTableInput): DescribeTableOutput {
    return { Table: this.table(required(input, 'TableName')).describe() };
  }

  ListTables(input: ListTablesInput): ListTablesOutput {
    const limit = input.Limit ?? 100;
    const start = input.ExclusiveStartTableName;
    const names = this.names().filter((name) => start === undefined || compareText(name, start) > 0);
    const page = names.slice(0, limit);
    return {
      TableNames: page,
      ...(names.length > limit && { LastEvaluatedTableName: page[page.length - 1] }),
    };
  }

  UpdateTable(input: UpdateTableInput): UpdateTableOutput {
    checkSupported(input);
    const table = this.table(required(input, 'TableName'));
    if (table.status !== 'ACTIVE') throw busy(table);
    applyTableUpdate(table, input, this.region.account.clock, this.durations);
    return { TableDescription: table.describe() };
  }

  DeleteTable(input: DeleteTableInput): DeleteTableOutput {
    const table = this.table(required(input, 'TableName'));
    if (table.status !== 'ACTIVE') throw busy(table);
    if (table.settings.DeletionProtectionEnabled) {
      throw validation(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    if (this.backups.isBackingUp(table.id)) {
      throw inUse(`Attempt to change a resource which is still in use: Table is being backed up: ${table.name}`);
    }
    if (this.leavesSystemBackup(table)) {
      const name = `${table.name}$DeletedTableBackup`;
      this.backups.create(name, imageOf(table), 'SYSTEM', this.durations.createBackup);
    }
    table.status = 'DELETING';
    const { DurationSeconds = this.durations.deleteTable } = this.jobs.take('DeleteTable', table.name);
    this.region.account.clock.after(DurationSeconds, () => {
      this.tables.delete(table.name);
      this.region.account.observer.tell('table', table.name, { state: 'DELETED' });
    });
    return { TableDescription: table.describe() };
  }

  GetItem(input: GetItemInput): GetItemOutput {
    checkSupported(input);
    checkExpressionUse(input, ['ProjectionExpression']);
    const table = this.usable(required(input, 'TableName'));
    const item = this.read(table, { ...input, Key: required(input, 'Key') });
    return item ? { Item: item } : {};
  }

  PutItem(input: PutItemInput): PutItemOutput {
    checkSupported(input);
    checkExpressionUse(input, ['ConditionExpression']);
    checkReturnValues(input.ReturnValues);
    const table = this.usable(required(input, 'TableName'));
    const plan = planWrite(table, { ...input, kind: 'Put', Item: required(input, 'Item') });
    carryOut(plan);
    return attributes(returnedAttributes(plan, input.ReturnValues));
  }

  UpdateItem(input: UpdateItemInput): UpdateItemOutput {
    checkSupported(input);
    checkExpressionUse(input, ['UpdateExpression', 'ConditionExpression']);
    const table = this.usable(required(input, 'TableName'));
    const plan = planWrite(table, { ...input, kind: 'Update', Key: required(input, 'Key') });
    carryOut(plan);
    return attributes(returnedAttributes(plan, input.ReturnValues));
  }

  DeleteItem(input: DeleteItemInput): DeleteItemOutput {
    checkSupported(input);
    checkExpressionUse(input, ['ConditionExpression']);
    checkReturnValues(input.ReturnValues);
    const table = this.usable(required(input, 'TableName'));
    const plan = planWrite(table, { ...input, kind: 'Delete', Key: required(input, 'Key') });
    carryOut(plan);
    return attributes(returnedAttributes(plan, input.ReturnValues));
  }

  Query(input: QueryInput): QueryOutput {
    checkSupported(input);
    return query(this.usable(required(input, 'TableName')), input);
  }

  Scan(input: ScanInput): ScanOutput {
    checkSupported(input, true);
    checkExpressionUse(input, ['FilterExpression', 'ProjectionExpression']);
    return scan(this.usable(required(input, 'TableName')), input);
  }

  BatchGetItem(input: BatchGetItemInput): BatchGetItemOutput {
    checkSupported(input);
    const requests = Object.entries(required(input, 'RequestItems')).map(([name, request]) => ({
      name,
      table: this.usable(name),
      request,
    }));
    return batchGet(requests, (table, request) => this.read(table, request));
  }

  BatchWriteItem(input: BatchWriteItemInput): BatchWriteItemOutput {
    checkSupported(input);
    const requests = Object.entries(required(input, 'RequestItems')).map(([name, writes]) => ({
      table: this.usable(name),
      writes,
    }));
    batchWrite(requests);
    return { UnprocessedItems: {} };
  }

  TransactWriteItems(input: TransactWriteItemsInput): TransactWriteItemsOutput {
    checkSupported(input);
    const { now } = this.region.account.clock;
    if (this.tokens.isRepeat(input, now)) return {};
    transactWrite(input, (name) => this.usable(required({ TableName: name }, 'TableName')));
    this.tokens.remember(input, now);
    return {};
  }

  TransactGetItems(input: TransactGetItemsInput): TransactGetItemsOutput {
    checkSupported(input);
    const elements = required(input, 'TransactItems');
    checkCount('transactItems', elements.length);
    const responses = elements.map(({ Get }) => {
      const { TableName, Key, ...rest } = required({ Get }, 'Get');
      const item = this.read(this.usable(TableName), { Key: Key ?? {}, ...rest, ConsistentRead: true });
      return item ? { Item: item } : {};
    });
    return { Responses: responses };
  }

  UpdateTimeToLive(input: UpdateTimeToLiveInput): UpdateTimeToLiveOutput {
    const table = this.table(required(input, 'TableName'));
    if (table.status !== 'ACTIVE') throw busy(table);
    const specification = required(input, 'TimeToLiveSpecification');
    table.updateTimeToLive(specification);
    return { TimeToLiveSpecification: specification };
  }

  DescribeTimeToLive(input: DescribeTimeToLiveInput): DescribeTimeToLiveOutput {
    const table = this.table(required(input, 'TableName'));
    return { TimeToLiveDescription: table.timeToLive.describe(this.region.account.clock.now) };
  }

  TagResource(input: TagResourceInput): object {
    const table = this.table(required(input, 'ResourceArn'));
    for (const { Key, Value } of required(input, 'Tags')) table.tags.set(Key ?? '', Value ?? '');
    return {};
  }

  UntagResource(input: UntagResourceInput): object {
    const table = this.table(required(input, 'ResourceArn'));
    for (const key of required(input, 'TagKeys')) table.tags.delete(key);
    return {};
  }

  ListTagsOfResource(input: ListTagsOfResourceInput): ListTagsOfResourceOutput {
    return { Tags: sortedTags(this.table(required(input, 'ResourceArn'))) };
  }

  DescribeContinuousBackups(input: DescribeContinuousBackupsInput): DescribeContinuousBackupsOutput {
    const table = this.backedUp(required(input, 'TableName'));
    return { ContinuousBackupsDescription: table.pointInTimeRecovery.describe(this.region.account.clock.now) };
  }

  UpdateContinuousBackups(input: UpdateContinuousBackupsInput): UpdateContinuousBackupsOutput {
    const table = this.backedUp(required(input, 'TableName'));
    this.checkBackupsAreOn(table);
    const { now } = this.region.account.clock;
    table.pointInTimeRecovery.update(required(input, 'PointInTimeRecoverySpecification'), now);
    return { ContinuousBackupsDescription: table.pointInTimeRecovery.describe(now) };
  }

  CreateBackup(input: CreateBackupInput): CreateBackupOutput {
    const name = required(input, 'BackupName');
    const table = this.backedUp(required(input, 'TableName'));
    checkName('BackupName', name);
    if (table.status === 'CREATING' || table.status === 'DELETING') {
      const doing = table.status === 'CREATING' ? 'created' : 'deleted';
      throw new AwsError('TableInUseException', `Table is being ${doing}: ${table.name}`);
    }
    this.checkBackupsAreOn(table);
    const { DurationSeconds = this.durations.createBackup, Fails } = this.jobs.take('CreateBackup', table.name);
    const image = imageOf(table, table.itemsForBackup());
    const backup = this.backups.create(name, image, 'USER', DurationSeconds, Fails);
    return { BackupDetails: detailsOf(backup) };
  }

  DescribeBackup(input: DescribeBackupInput): DescribeBackupOutput {
    return { BackupDescription: describeBackup(this.backups.find(required(input, 'BackupArn'))) };
  }

  ListBackups(input: ListBackupsInput): ListBackupsOutput {
    return this.backups.list(input, input.TableName === undefined ? undefined : nameIn(input.TableName));
  }

  DeleteBackup(input: DeleteBackupInput): DeleteBackupOutput {
    return { BackupDescription: this.backups.delete(required(input, 'BackupArn')) };
  }

  RestoreTableFromBackup(input: RestoreTableFromBackupInput): RestoreTableFromBackupOutput {
    checkSupported(input);
    const backup = this.backups.find(required(input, 'BackupArn'));
    if (backup.status === 'CREATING') {
      throw new AwsError('BackupInUseException', `Backup is being created: ${backup.arn}`);
    }
    const { image } = backup;
    const summary = {
      SourceBackupArn: backup.arn,
      SourceTableArn: image.source.TableArn,
      RestoreDateTime: backup.createdAt,
    };
    const table = this.restore(required(input, 'TargetTableName'), image, input, summary, () => {
      backup.restores -= 1;
    });
    backup.restores += 1;
    return { TableDescription: table.describe() };
  }

  RestoreTableToPointInTime(input: RestoreTableToPointInTimeInput): RestoreTableToPointInTimeOutput {
    checkSupported(input);
    const source = this.backedUp(input.SourceTableArn ?? required(input, 'SourceTableName'));
    const time = source.pointInTimeRecovery.restoreTime(input, this.region.account.clock.now);
    const image = imageOf(source, source.itemsAt(time));
    const summary = { SourceTableArn: source.arn, RestoreDateTime: new Date(time) };
    const table = this.restore(required(input, 'TargetTableName'), image, input, summary);
    return { TableDescription: table.describe() };
  }

  ExportTableToPointInTime(input: ExportTableToPointInTimeInput): ExportTableToPointInTimeOutput {
    const table = this.backedUp(required(input, 'TableArn'));
    required(input, 'S3Bucket');
    if (input.ExportFormat === 'ION') throw new SimulatorError('Exports in Amazon Ion are not simulated.');
    const nextJob = () => ({ DurationSeconds: this.durations.exportTable, ...this.jobs.take('Export', table.name) });
    return { ExportDescription: this.exports.begin(input, table, nextJob) };
  }

  DescribeExport(input: DescribeExportInput): DescribeExportOutput {
    return this.exports.DescribeExport(required(input, 'ExportArn'));
  }

  ListExports(input: ListExportsInput): ListExportsOutput {
    return this.exports.ListExports(input);
  }

  DescribeContributorInsights(input: DescribeContributorInsightsInput): DescribeContributorInsightsOutput {
    const table = this.tableWithIndex(input.TableName, input.IndexName);
    return table.contributorInsights.describe(table, input.IndexName);
  }

  UpdateContributorInsights(input: UpdateContributorInsightsInput): UpdateContributorInsightsOutput {
    const table = this.tableWithIndex(input.TableName, input.IndexName);
    const action = required(input, 'ContributorInsightsAction');
    return table.contributorInsights.update(table, input.IndexName, action, input.ContributorInsightsMode);
  }

  DescribeKinesisStreamingDestination(
    input: DescribeKinesisStreamingDestinationInput,
  ): DescribeKinesisStreamingDestinationOutput {
    const table = this.table(required(input, 'TableName'));
    return { TableName: table.name, KinesisDataStreamDestinations: table.kinesisDestinations.list() };
  }

  EnableKinesisStreamingDestination(input: KinesisStreamingDestinationInput): KinesisStreamingDestinationOutput {
    const table = this.table(required(input, 'TableName'));
    if (table.status !== 'ACTIVE') throw busy(table);
    const configuration = input.EnableKinesisStreamingConfiguration;
    return table.kinesisDestinations.enable(table, required(input, 'StreamArn'), configuration);
  }

  DisableKinesisStreamingDestination(input: KinesisStreamingDestinationInput): KinesisStreamingDestinationOutput {
    const table = this.table(required(input, 'TableName'));
    if (table.status !== 'ACTIVE') throw busy(table);
    return table.kinesisDestinations.disable(table, required(input, 'StreamArn'));
  }

  PutResourcePolicy(input: PutResourcePolicyInput): PutResourcePolicyOutput {
    const arn = required(input, 'ResourceArn');
    const policies = this.ownerOf(arn).resourcePolicies;
    return { RevisionId: policies.put(arn, required(input, 'Policy'), input.ExpectedRevisionId) };
  }

  GetResourcePolicy(input: GetResourcePolicyInput): GetResourcePolicyOutput {
    const arn = required(input, 'ResourceArn');
    return this.ownerOf(arn).resourcePolicies.get(arn);
  }

  DeleteResourcePolicy(input: DeleteResourcePolicyInput): DeleteResourcePolicyOutput {
    const arn = required(input, 'ResourceArn');
    const RevisionId = this.ownerOf(arn).resourcePolicies.delete(arn, input.ExpectedRevisionId);
    return RevisionId === undefined ? {} : { RevisionId };
  }

  /** Begins a restore that ends as the world declares. */
  private restore(
    name: string,
    image: TableImage,
    overrides: Overrides,
    summary: Omit<RestoreSummary, 'RestoreInProgress'>,
    onEnd: () => void = () => {},
  ): Table {
    checkName('TargetTableName', name);
    const running = this.restores.begin(name, image, overrides, summary);
    const job = this.jobs.take('Restore', name);
    this.region.account.clock.after(job.DurationSeconds ?? this.durations.restoreTable, () => {
      onEnd();
      if (job.Fails) running.giveUp();
      else running.finish(image.items.slice(job.LosesItems ?? 0));
    });
    return running.table;
  }

  private leavesSystemBackup({ pointInTimeRecovery }: Table): boolean {
    const { clock, doubts } = this.region.account;
    if (pointInTimeRecovery.enabledAt === undefined) return false;
    return doubts.behaviour('dynamodb.systemBackup') === 'atOnce' || pointInTimeRecovery.isRestorable(clock.now);
  }

  /** A new table has no backups at first, not even for some seconds after it is ACTIVE. */
  private checkBackupsAreOn(table: Table): void {
    const since = table.activeSince ?? Number.NEGATIVE_INFINITY;
    const from = since + this.durations.enableBackups * 1000;
    if (table.status !== 'CREATING' && this.region.account.clock.now >= from) return;
    throw new AwsError(
      'ContinuousBackupsUnavailableException',
      `Backups are being enabled for the table: ${table.name}. Please retry later`,
    );
  }

  private tableWithIndex(nameOrArn: string | undefined, indexName: string | undefined): Table {
    const table = this.table(required({ TableName: nameOrArn }, 'TableName'));
    if (indexName === undefined || table.indexes.some(({ name }) => name === indexName)) return table;
    throw notFound(`Requested resource not found: Index: ${indexName} not found`);
  }

  /** The table that an ARN belongs to, be it that of the table or of one of its streams. */
  private ownerOf(arn: string): Table {
    const table = this.table(arn.split('/').slice(0, 2).join('/'));
    const isStream = arn === `${table.arn}/stream/${table.streamLabel}`;
    if (arn !== table.arn && !isStream) throw notFound(`Requested resource not found: ${arn}`);
    return table;
  }

  private names(): string[] {
    return [...this.tables.keys()].sort(compareText);
  }

  /** The table of that name or ARN, in whatever state. */
  private table(nameOrArn: string): Table {
    const table = this.find(nameOrArn);
    if (!table) throw notFound(`Requested resource not found: Table: ${nameIn(nameOrArn)} not found`);
    return table;
  }

  /** The table, when its items can be read and written. */
  private usable(nameOrArn: string | undefined): Table {
    const table = this.find(nameOrArn ?? '');
    if (!table || table.status === 'CREATING' || table.status === 'DELETING') throw notFound();
    return table;
  }

  private backedUp(nameOrArn: string): Table {
    const table = this.find(nameOrArn);
    if (!table) throw new AwsError('TableNotFoundException', `Table not found: ${nameIn(nameOrArn)}`);
    return table;
  }

  private find(nameOrArn: string): Table | undefined {
    const name = nameIn(nameOrArn);
    if (nameOrArn.startsWith('arn:') && nameOrArn !== tableArn(this.region, name)) {
      throw new SimulatorError(`A table of another account or region is not simulated: ${nameOrArn}`);
    }
    const table = this.tables.get(name);
    table?.settle();
    return table;
  }

  private read(
    table: Table,
    request: {
      Key: Item;
      ConsistentRead?: boolean;
      ProjectionExpression?: string;
      ExpressionAttributeNames?: Record<string, string>;
    },
  ): Item | undefined {
    checkSupported(request);
    const expressions = bindExpressions({
      ProjectionExpression: request.ProjectionExpression,
      ExpressionAttributeNames: request.ExpressionAttributeNames,
    });
    checkNestedHeads(table, expressions.nestedHeads);
    const items = table.view(request.ConsistentRead === true);
    const item = items.get(items.idOf(checkKey(table, request.Key)));
    return item && expressions.project ? expressions.project(item) : item;
  }
}

function nameIn(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split('/')[1] ?? '') : nameOrArn;
}

function attributes(item: Item | undefined): { Attributes?: Item } {
  return item ? { Attributes: item } : {};
}

function checkReturnValues(value: string | undefined): void {
  if (value !== undefined && value !== 'NONE' && value !== 'ALL_OLD') {
    throw validation('ReturnValues can only be ALL_OLD or NONE');
  }
}

function busy(table: Table): AwsError {
  const doing = { CREATING: 'created', DELETING: 'deleted' }[table.status as string] ?? 'updated';
  return inUse(`Attempt to change a resource which is still in use: Table is being ${doing}: ${table.name}`);
}
