import '../../environment';
import { DescribeBackupCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import {
  assertBackups,
  assertDuplicate,
  assertSameTable,
} from '../../../../../functions/dynamodb-restore/swap/deletion-checks';
import type { SwapRun } from '../../../../../functions/dynamodb-restore/swap/swap-run';

const dynamodb = mockClient(DynamoDBClient);
const run = {
  settings: { TableName: 'Orders' },
  table: { tableId: 'id-1', isDeletionProtected: false },
  duplicateName: 'Orders--dupe',
  duplicateTableId: 'id-2',
  fallbackBackupArn: 'fallback',
  duplicateBackupArn: 'duplicate',
} as unknown as SwapRun;

beforeEach(() => dynamodb.reset());

const UNTOLD = /could not be told/;

describe('An id that DynamoDB does not show is no verdict about a table', () => {
  it('that is to be deleted', () => {
    expect(() => assertSameTable(run, { TableName: 'Orders', TableId: 'id-1' })).not.toThrow();
    expect(() => assertSameTable(run, { TableName: 'Orders' })).toThrow(UNTOLD);
    expect(() => assertSameTable(run, { TableName: 'Orders', TableId: 'id-9' })).toThrow('is not the one');
  });

  it('that is the duplicate', async () => {
    const look = (Table: object) => {
      dynamodb.on(DescribeTableCommand).resolves({ Table });
      return assertDuplicate(run);
    };
    await look({ TableStatus: 'ACTIVE', TableId: 'id-2' });
    await expect(look({ TableStatus: 'ACTIVE' })).rejects.toThrow(UNTOLD);
    await expect(look({ TableStatus: 'ACTIVE', TableId: 'id-9' })).rejects.toThrow('is another table');
    await expect(look({ TableStatus: 'DELETING', TableId: 'id-2' })).rejects.toThrow('is DELETING');
  });
});

it.each([
  ['no details of its table', undefined, UNTOLD],
  ['no id of its table', { TableName: 'Orders' }, UNTOLD],
  ['the id of another table', { TableId: 'id-9' }, /is of another table, id-9/],
])('A backup that is AVAILABLE and shows %s does not allow a deletion', async (_name, details, message) => {
  const answer = (SourceTableDetails: object | undefined) => ({
    BackupDescription: { BackupDetails: { BackupStatus: 'AVAILABLE' }, SourceTableDetails },
  });
  dynamodb.on(DescribeBackupCommand, { BackupArn: 'fallback' }).resolves(answer({ TableId: 'id-1' }) as object);
  dynamodb.on(DescribeBackupCommand, { BackupArn: 'duplicate' }).resolves(answer(details) as object);

  await expect(assertBackups(run)).rejects.toThrow(message);
});

it('A backup that is not AVAILABLE is named with its state', async () => {
  dynamodb
    .on(DescribeBackupCommand)
    .resolves({ BackupDescription: { BackupDetails: { BackupStatus: 'CREATING' } } } as object);

  await expect(assertBackups(run)).rejects.toThrow('The backup fallback is CREATING');
});
