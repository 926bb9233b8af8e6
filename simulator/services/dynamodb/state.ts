import type { AttributeValue, RestoreSummary } from '@aws-sdk/client-dynamodb';
import { AwsError, SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { type Access, Service } from '../../service';
import { tableAccess, tableArn } from './access';
import { TableBackups } from './backups';
import { readUnits } from './capacity';
import { keyText } from './collection';
import { inUse, notFound, validation } from './errors';
import { TableExports } from './exports';
import { bindExpressions } from './expressions';
import type { TableImage } from './image';
import { checkKey, checkNestedHeads } from './keys';
import { checkSupported, required } from './parameters';
import type { Overrides } from './restored-settings';
import { Restores } from './restores';
import { checkName } from './schema';
import type { Table } from './table';
import { TableJobs } from './table-jobs';
import { TransactionTokens } from './transactions';
import { compareText, type Item, itemSize } from './values';
import { type DynamoDbWorld, loadBackup, loadTable, saveBackup, saveTable, type WorldTable } from './world';

/** What the operations of DynamoDb share: its state in one region, and what is looked up in it. */
export class DynamoDbState extends Service {
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
    /** How long a transaction has its items; other writes of them are refused meanwhile. */
    transaction: 0,
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
  readonly jobs = new TableJobs();
  readonly tokens = new TransactionTokens();

  constructor(region: Region) {
    super(region);
    this.backups = new TableBackups(region);
    this.restores = new Restores(region, this.tables);
    this.exports = new TableExports(region);
  }

  override usualAccess(operation: string, input: object): Access[] {
    return tableAccess(this.region, operation, input);
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

  /** Begins a restore that ends as the world declares. */
  restore(
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

  leavesSystemBackup({ pointInTimeRecovery }: Table): boolean {
    const { clock, doubts } = this.region.account;
    if (pointInTimeRecovery.enabledAt === undefined) return false;
    return doubts.behaviour('dynamodb.systemBackup') === 'atOnce' || pointInTimeRecovery.isRestorable(clock.now);
  }

  /** A new table has no backups at first, not even for some seconds after it is ACTIVE. */
  checkBackupsAreOn(table: Table): void {
    const since = table.activeSince ?? Number.NEGATIVE_INFINITY;
    const from = since + this.durations.enableBackups * 1000;
    if (table.status !== 'CREATING' && this.region.account.clock.now >= from) return;
    throw new AwsError(
      'ContinuousBackupsUnavailableException',
      `Backups are being enabled for the table: ${table.name}. Please retry later`,
    );
  }

  tableWithIndex(nameOrArn: string | undefined, indexName: string | undefined): Table {
    const table = this.table(required({ TableName: nameOrArn }, 'TableName'));
    if (indexName === undefined || table.indexes.some(({ name }) => name === indexName)) return table;
    throw notFound(`Requested resource not found: Index: ${indexName} not found`);
  }

  /** The table that an ARN belongs to, be it that of the table or of one of its streams. */
  ownerOf(arn: string): Table {
    const table = this.table(arn.split('/').slice(0, 2).join('/'));
    const isStream = arn === `${table.arn}/stream/${table.streamLabel}`;
    if (arn !== table.arn && !isStream) throw notFound(`Requested resource not found: ${arn}`);
    return table;
  }

  names(): string[] {
    return [...this.tables.keys()].sort(compareText);
  }

  /** The table of that name or ARN, in whatever state. */
  table(nameOrArn: string): Table {
    const table = this.find(nameOrArn);
    if (!table) throw notFound(`Requested resource not found: Table: ${nameIn(nameOrArn)} not found`);
    return table;
  }

  /** The table, when its items can be read and written. */
  usable(nameOrArn: string | undefined): Table {
    const table = this.find(nameOrArn ?? '');
    if (!table || table.status === 'CREATING' || table.status === 'DELETING') throw notFound();
    if (table.status === 'ARCHIVED' || table.status === 'INACCESSIBLE_ENCRYPTION_CREDENTIALS')
      throw new SimulatorError(`Reads and writes of a table that is ${table.status} are not simulated.`);
    return table;
  }

  backedUp(nameOrArn: string): Table {
    const table = this.find(nameOrArn);
    if (!table) throw new AwsError('TableNotFoundException', `Table not found: ${nameIn(nameOrArn)}`);
    return table;
  }

  find(nameOrArn: string): Table | undefined {
    const name = nameIn(nameOrArn);
    if (nameOrArn.startsWith('arn:') && nameOrArn !== tableArn(this.region, name)) {
      throw new SimulatorError(`A table of another account or region is not simulated: ${nameOrArn}`);
    }
    const table = this.tables.get(name);
    table?.settle();
    return table;
  }

  read(
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
    const key = checkKey(table, request.Key);
    const item = items.get(items.idOf(key));
    const units = readUnits(item ? itemSize(item) : 0, request.ConsistentRead === true);
    table.capacity.take('Read', units, keyText(key[table.key.partition] as AttributeValue));
    return item && expressions.project ? expressions.project(item) : item;
  }
}

export function nameIn(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split('/')[1] ?? '') : nameOrArn;
}

export function attributes(item: Item | undefined): { Attributes?: Item } {
  return item ? { Attributes: item } : {};
}

export function checkReturnValues(value: string | undefined): void {
  if (value !== undefined && value !== 'NONE' && value !== 'ALL_OLD') {
    throw validation('ReturnValues can only be ALL_OLD or NONE');
  }
}

export function busy(table: Table): AwsError {
  const doing = { CREATING: 'created', DELETING: 'deleted' }[table.status as string] ?? 'updated';
  return inUse(`Attempt to change a resource which is still in use: Table is being ${doing}: ${table.name}`);
}
