import type { GlobalSecondaryIndexUpdate, OnDemandThroughput, UpdateTableInput } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../clock';
import { AwsError } from '../../errors';
import { constraint, invalidParameters, notFound, validation } from './errors';
import { checkGlobalIndex } from './schema';
import type { Table } from './table';

/** Changes the settings of an ACTIVE table; the table is UPDATING for a while. */
export function applyTableUpdate(
  table: Table,
  input: UpdateTableInput,
  clock: Clock,
  durations: { updateTable: number; changeIndex: number },
): void {
  const { settings } = table;
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const changes = [
    input.BillingMode,
    input.ProvisionedThroughput,
    input.OnDemandThroughput,
    input.StreamSpecification,
    input.SSESpecification,
    input.TableClass,
    input.WarmThroughput,
    input.DeletionProtectionEnabled,
  ].some((member) => member !== undefined);
  if (!changes && updates.length === 0) {
    throw validation(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
  checkUnits(table, input);
  checkBilling(table, input);
  for (const update of updates) checkIndexUpdate(table, input, update);
  if (updates.filter(({ Create, Delete }) => Create || Delete).length > 1) {
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  setStream(table, input, clock);

  if (input.BillingMode) settings.BillingMode = input.BillingMode;
  if (input.BillingMode === 'PAY_PER_REQUEST') {
    settings.ProvisionedThroughput = undefined;
    settings.GlobalSecondaryIndexes = settings.GlobalSecondaryIndexes.map(
      ({ ProvisionedThroughput: _none, ...index }) => index,
    );
  }
  if (input.ProvisionedThroughput) settings.ProvisionedThroughput = { ...input.ProvisionedThroughput };
  if (input.OnDemandThroughput) settings.OnDemandThroughput = maximums(input.OnDemandThroughput);
  if (input.SSESpecification) settings.SSESpecification = { ...input.SSESpecification };
  if (input.TableClass) settings.TableClass = input.TableClass;
  if (input.WarmThroughput) settings.WarmThroughput = { ...settings.WarmThroughput, ...input.WarmThroughput };
  if (input.DeletionProtectionEnabled !== undefined) {
    settings.DeletionProtectionEnabled = input.DeletionProtectionEnabled;
  }
  for (const definition of input.AttributeDefinitions ?? []) {
    if (!settings.AttributeDefinitions.some((each) => each.AttributeName === definition.AttributeName)) {
      settings.AttributeDefinitions.push({ ...definition });
    }
  }
  for (const update of updates) applyIndexUpdate(table, update, clock, durations.changeIndex);
  table.become('UPDATING', durations.updateTable);
}

/** What DynamoDB refuses before it changes anything: no units, or just those that the table has. */
function checkUnits({ settings }: Table, input: UpdateTableInput): void {
  const { ReadCapacityUnits: reads = 1, WriteCapacityUnits: writes = 1 } = input.ProvisionedThroughput ?? {};
  for (const [member, units] of Object.entries({ readCapacityUnits: reads, writeCapacityUnits: writes }))
    if (units < 1)
      throw constraint(`provisionedThroughput.${member}`, String(units), 'have value greater than or equal to 1');
  const { TableName, BillingMode, ProvisionedThroughput: wanted, ...others } = input;
  const current = settings.ProvisionedThroughput;
  const isOnly = Object.values(others).every((member) => member === undefined);
  const isSame = current?.ReadCapacityUnits === reads && current.WriteCapacityUnits === writes;
  if (wanted && isOnly && isSame && settings.BillingMode === 'PROVISIONED')
    throw validation(
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${reads}. Requested ReadCapacityUnits: ${reads}. Current WriteCapacityUnits provisioned for the table: ${writes}. Requested WriteCapacityUnits: ${writes}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
}

function checkBilling(table: Table, input: UpdateTableInput): void {
  const mode = input.BillingMode ?? table.settings.BillingMode;
  if (mode === 'PAY_PER_REQUEST' && input.ProvisionedThroughput) {
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (input.BillingMode === 'PROVISIONED' && !input.ProvisionedThroughput) {
    throw invalidParameters('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  }
  if (input.BillingMode !== 'PROVISIONED' || table.settings.BillingMode === 'PROVISIONED') return;
  for (const { IndexName } of table.settings.GlobalSecondaryIndexes) {
    const update = input.GlobalSecondaryIndexUpdates?.find(({ Update }) => Update?.IndexName === IndexName);
    if (!update?.Update?.ProvisionedThroughput)
      throw invalidParameters(`ProvisionedThroughput must be specified for index: ${IndexName}`);
  }
}

/** -1 takes a maximum away (API_OnDemandThroughput). */
function maximums(wanted: OnDemandThroughput): OnDemandThroughput | undefined {
  const kept = Object.entries(wanted).filter(([, units]) => units !== -1);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function setStream(table: Table, input: UpdateTableInput, clock: Clock): void {
  const wanted = input.StreamSpecification;
  if (!wanted) return;
  const enabled = table.settings.StreamSpecification?.StreamEnabled === true;
  if (wanted.StreamEnabled && enabled) {
    throw validation(`Table already has an enabled stream: TableName: ${table.name}`);
  }
  if (!wanted.StreamEnabled && !enabled) {
    throw validation(`Table has no stream to disable: TableName: ${table.name}`);
  }
  table.settings.StreamSpecification = wanted.StreamEnabled ? { ...wanted } : undefined;
  if (wanted.StreamEnabled) table.streamLabel = clock.date.toISOString().slice(0, -1);
}

function checkIndexUpdate(table: Table, input: UpdateTableInput, update: GlobalSecondaryIndexUpdate): void {
  const indexes = table.settings.GlobalSecondaryIndexes;
  const { Create, Update, Delete } = update;
  if (Create) {
    const definitions = [...table.settings.AttributeDefinitions, ...(input.AttributeDefinitions ?? [])];
    checkGlobalIndex(Create, definitions, input.BillingMode ?? table.settings.BillingMode);
    if (table.indexes.some((index) => index.name === Create.IndexName)) {
      throw validation('Attempting to create an index which already exists');
    }
    if (indexes.length >= 20) throw invalidParameters('GlobalSecondaryIndex count exceeds the per-table limit of 20');
    return;
  }
  const name = Update?.IndexName ?? Delete?.IndexName;
  if (name === undefined) {
    throw invalidParameters(
      'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
    );
  }
  if (!indexes.some((index) => index.IndexName === name)) throw notFound('Requested resource not found');
}

function applyIndexUpdate(table: Table, update: GlobalSecondaryIndexUpdate, clock: Clock, seconds: number): void {
  const { settings, indexStatus } = table;
  const { Create, Update, Delete } = update;
  if (Create?.IndexName !== undefined) {
    const name = Create.IndexName;
    settings.GlobalSecondaryIndexes.push(structuredClone(Create) as (typeof settings.GlobalSecondaryIndexes)[number]);
    table.addIndex(Create);
    indexStatus.set(name, 'CREATING');
    clock.after(seconds, () => {
      indexStatus.delete(name);
    });
  } else if (Delete?.IndexName !== undefined) {
    const name = Delete.IndexName;
    indexStatus.set(name, 'DELETING');
    clock.after(seconds, () => {
      indexStatus.delete(name);
      settings.GlobalSecondaryIndexes = settings.GlobalSecondaryIndexes.filter((index) => index.IndexName !== name);
      table.removeIndex(name);
    });
  } else if (Update) {
    const index = settings.GlobalSecondaryIndexes.find((each) => each.IndexName === Update.IndexName);
    if (index && Update.ProvisionedThroughput) index.ProvisionedThroughput = { ...Update.ProvisionedThroughput };
    if (index && Update.OnDemandThroughput) index.OnDemandThroughput = maximums(Update.OnDemandThroughput);
  }
}
