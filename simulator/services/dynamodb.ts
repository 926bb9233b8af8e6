import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  BatchWriteItemInput,
  BatchWriteItemOutput,
  CreateTableInput,
  CreateTableOutput,
  DeleteItemInput,
  DeleteItemOutput,
  DeleteTableInput,
  DeleteTableOutput,
  DescribeContinuousBackupsInput,
  DescribeContinuousBackupsOutput,
  DescribeTableInput,
  DescribeTableOutput,
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  GetItemInput,
  GetItemOutput,
  ListTablesInput,
  ListTablesOutput,
  ListTagsOfResourceInput,
  ListTagsOfResourceOutput,
  PutItemInput,
  PutItemOutput,
  QueryInput,
  QueryOutput,
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
  UpdateItemInput,
  UpdateItemOutput,
  UpdateTableInput,
  UpdateTableOutput,
  UpdateTimeToLiveInput,
  UpdateTimeToLiveOutput,
} from '@aws-sdk/client-dynamodb';
import { AwsError, SimulatorError } from '../errors';
import { type Access, Service } from '../service';
import { accessFor, tableArn } from './dynamodb/access';
import { batchGet, batchWrite } from './dynamodb/batches';
import { inUse, notFound, validation } from './dynamodb/errors';
import { bindExpressions } from './dynamodb/expressions';
import { checkKey, checkNestedHeads } from './dynamodb/keys';
import { checkExpressionUse, checkSupported, required } from './dynamodb/parameters';
import { query, scan } from './dynamodb/reads';
import { settingsOf } from './dynamodb/schema';
import { Table } from './dynamodb/table';
import { applyTableUpdate } from './dynamodb/table-updates';
import { checkCount, TransactionTokens, transactWrite } from './dynamodb/transactions';
import { compareText, type Item } from './dynamodb/values';
import { loadTable, saveTable, sortedTags, type WorldTable } from './dynamodb/world';
import { carryOut, planWrite, returnedAttributes } from './dynamodb/writes';

export type { WorldTable } from './dynamodb/world';

/** Amazon DynamoDB: tables and their items. What is and is not simulated: docs/simulator/dynamodb.md. */
export class DynamoDb extends Service {
  readonly iamPrefix = 'dynamodb';

  /** How long a change of a table takes, in seconds; a world may set other times. */
  readonly durations = { createTable: 8, updateTable: 4, deleteTable: 6, changeIndex: 300 };

  /** By name; backups, restores and other parts of the service find tables here. */
  readonly tables = new Map<string, Table>();
  private readonly tokens = new TransactionTokens();

  override access(operation: string, input: unknown): Access[] {
    return accessFor(this.region, operation, input as object);
  }

  /** Puts tables in as if they had always been there. */
  load(tables: WorldTable[]): void {
    for (const table of tables) this.tables.set(table.TableName, loadTable(this.region, table));
  }

  /** The tables in the form of the world file, in the order of their names. */
  snapshot(): WorldTable[] {
    return this.names()
      .map((name) => this.tables.get(name) as Table)
      .filter((table) => table.status !== 'DELETING')
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
    table.status = 'DELETING';
    this.region.account.clock.after(this.durations.deleteTable, () => {
      this.tables.delete(table.name);
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
    checkSupported(input);
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
    if (table.status === 'CREATING') {
      throw new AwsError(
        'ContinuousBackupsUnavailableException',
        'Backups are being enabled for the table: please retry later',
      );
    }
    const { now } = this.region.account.clock;
    table.pointInTimeRecovery.update(required(input, 'PointInTimeRecoverySpecification'), now);
    return { ContinuousBackupsDescription: table.pointInTimeRecovery.describe(now) };
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
