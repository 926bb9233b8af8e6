import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { requireEnv } from '../shared/config';

const OWN_TABLES = ['RUNS_TABLE', 'WAITS_TABLE', 'LOCKS_TABLE'].map(requireEnv);

/** Refuses the tables in which runs remember what they do: a run would delete its own memory. */
export function checkNotOwn(tableName: string): string[] {
  return OWN_TABLES.includes(tableName)
    ? [`TableName: ${tableName} is one of this stack's own tables, which a run needs itself`]
    : [];
}

/** The table of that name, or nothing when there is none. */
export async function findTable(TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
