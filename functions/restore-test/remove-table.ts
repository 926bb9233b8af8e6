import { DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { hasName } from '../shared/error-name';
import { type RestoreTestRun, testName } from './restore-test-run';
import type { Restored } from './restored-by-test';

/** The table of the name that a test on demand restores to. */
export async function findTable({ runId }: RestoreTestRun): Promise<Restored | undefined> {
  const name = testName(runId);
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    const { TableArn: arn = name, CreationDateTime: madeAt, TableStatus } = Table ?? {};
    return Table && { name, arn, madeAt, isGoing: TableStatus === 'DELETING' };
  } catch (error) {
    if (hasName(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Its role may delete what has a test's name only. */
export async function deleteTable({ name }: Restored): Promise<void> {
  try {
    await dynamodb.send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    if (!hasName(error, 'ResourceNotFoundException')) throw error;
  }
}
