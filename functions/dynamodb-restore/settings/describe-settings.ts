import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { hasName } from '../../shared/error-name';
import { describeError, isTransient } from '../../shared/task';
import { ALL } from './all';
import { schemaOf } from './table-schema';
import type { TableSettings } from './table-settings';

/**
 * Reads every setting of a table. Reads only. A setting that AWS refuses to show is not in the answer but in its `unread`,
 * with the reason. Throws ResourceNotFoundException when there is no such table.
 */
export async function describeSettings(TableName: string): Promise<TableSettings> {
  const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const settings: object = schemaOf(Table);
  const unread: Record<string, string> = {};
  for (const setting of ALL) {
    try {
      Object.assign(settings, await setting.read(Table, TableName));
    } catch (error) {
      if (isTransient(error) || hasName(error, 'ResourceNotFoundException')) throw error;
      unread[setting.name] = describeError(error);
    }
  }
  return { ...settings, ...(Object.keys(unread).length > 0 && { unread }) } as TableSettings;
}
