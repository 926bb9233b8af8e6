import type { CreateTableInput, CreateTableOutput } from '@aws-sdk/client-dynamodb';
import type { Access } from '../../../service';
import { tableArn } from '../access';
import { encryption, keyOf } from '../encryption';
import { inUse } from '../errors';
import { checkSupported } from '../parameters';
import { settingsOf } from '../schema';
import type { DynamoDbState } from '../state';
import { Table } from '../table';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
export function CreateTable(this: DynamoDbState, input: CreateTableInput): CreateTableOutput {
  const settings = settingsOf(input);
  checkSupported(input);
  if (this.tables.has(settings.TableName)) throw inUse(`Table already exists: ${settings.TableName}`);
  const table = new Table(this.region, settings);
  for (const { Key, Value } of input.Tags ?? []) table.tags.set(Key ?? '', Value ?? '');
  this.tables.set(table.name, table);
  table.become('CREATING', this.durations.createTable);
  return { TableDescription: table.describe() };
}

CreateTable.access = ({ region }: DynamoDbState, { TableName, Tags, SSESpecification }: CreateTableInput): Access[] => [
  { action: 'dynamodb:CreateTable', resource: tableArn(region, TableName) },
  ...(Tags?.length ? [{ action: 'dynamodb:TagResource', resource: tableArn(region, TableName) }] : []),
  ...encryption(region, keyOf(SSESpecification)),
];
