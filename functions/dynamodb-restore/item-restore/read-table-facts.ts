import { DescribeTimeToLiveCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { describeError, isTransient, throwIfEarly } from '../../shared/task';
import type { TableFacts } from './item-restore-run';
import type { KeyAttribute, TableKey } from './selection';

const lambda = new LambdaClient({});

/** Reads what the run has to know about the table. What reads its stream is for people: it need not be known. */
export async function readTableFacts(table: TableDescription): Promise<{ facts: TableFacts; problems: string[] }> {
  const problems: string[] = [];
  const ttlAttribute = await ttlAttributeOf(table.TableName, problems);
  // Of a table on demand it is 0.
  const readCapacity = table.ProvisionedThroughput?.ReadCapacityUnits;
  const facts: TableFacts = {
    tableArn: table.TableArn ?? '',
    tableId: table.TableId ?? '',
    key: keyOf(table),
    ...(ttlAttribute !== undefined && { ttlAttribute }),
    streamReaders: await streamReadersOf(table),
    indexes: (table.GlobalSecondaryIndexes ?? []).length,
    isGlobal: (table.Replicas ?? []).length > 0,
    ...(readCapacity && { readCapacity }),
  };
  return { facts, problems };
}

function keyOf({ KeySchema = [], AttributeDefinitions = [] }: TableDescription): TableKey {
  const attribute = (keyType: string): KeyAttribute | undefined => {
    const name = KeySchema.find(({ KeyType }) => KeyType === keyType)?.AttributeName;
    const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    return name === undefined ? undefined : { name, type: type as KeyAttribute['type'] };
  };
  const sort = attribute('RANGE');
  return [attribute('HASH') as KeyAttribute, ...(sort ? [sort] : [])] as TableKey;
}

/** Without an answer it is not known which items expire, and they must not be put back as if none did. */
async function ttlAttributeOf(TableName: string | undefined, problems: string[]): Promise<string | undefined> {
  try {
    const { TimeToLiveDescription: found } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    if (!found?.TimeToLiveStatus)
      problems.push(`TableName: DynamoDB does not say whether ${TableName} has a time to live`);
    const isOn = found?.TimeToLiveStatus === 'ENABLED' || found?.TimeToLiveStatus === 'ENABLING';
    return isOn ? found.AttributeName : undefined;
  } catch (error) {
    if (isTransient(error)) throw error;
    problems.push(`TableName: the time to live of ${TableName} cannot be looked at (${describeError(error)})`);
    return undefined;
  }
}

async function streamReadersOf({ LatestStreamArn: EventSourceArn }: TableDescription): Promise<string[]> {
  if (!EventSourceArn) return [];
  try {
    const readers: string[] = [];
    for await (const page of paginateListEventSourceMappings({ client: lambda }, { EventSourceArn }))
      readers.push(...(page.EventSourceMappings ?? []).map(({ FunctionArn = 'a function' }) => FunctionArn));
    return readers.length > 0 ? readers : ['no function of Lambda; other programs cannot be seen'];
  } catch (error) {
    throwIfEarly(error);
    return [`unknown (${describeError(error)})`];
  }
}
