import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { requireEnv } from '../shared/config';
import { hasName } from '../shared/error-name';

const OWN_TABLES = ['RUNS_TABLE', 'WAITS_TABLE', 'LOCKS_TABLE'].map(requireEnv);

/** Refuses the tables in which runs remember what they do: a run would delete its own memory. */
export function checkNotOwn(tableName: string): string[] {
  return OWN_TABLES.includes(tableName)
    ? [`TableName: ${tableName} is one of this stack's own tables, which a run needs itself`]
    : [];
}

/**
 * What an operator can do about a table whose key was inaccessible for so long that DynamoDB archived it, as the end of a
 * sentence. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ArchivalSummary.html
 */
export function wayOutOf({ TableStatus, ArchivalSummary: archival }: TableDescription): string | undefined {
  if (TableStatus === 'INACCESSIBLE_ENCRYPTION_CREDENTIALS')
    return '; enable its KMS key again and give DynamoDB access to it within seven days, or DynamoDB archives the table';
  if (TableStatus !== 'ARCHIVED') return undefined;
  return `; its items are in the backup ${archival?.ArchivalBackupArn ?? 'that DynamoDB made when it archived the table'}: enable its KMS key again, delete the table (DeleteTable with SkipBackup: true), and restore that backup (RestoreFromBackup)`;
}

/** The table of that name, or nothing when there is none. */
export async function findTable(TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (hasName(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
