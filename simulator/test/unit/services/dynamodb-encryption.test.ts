import { DynamoDBClient, RestoreTableFromBackupCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { putRoles, roleArn } from '../iam/roles';
import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';
const TABLE_ACTIONS = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };
const ENCRYPTS = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'ReEncryptFrom',
  'ReEncryptTo',
];
const keyActions = (names: string[], service = 'dynamodb.*.amazonaws.com') => ({
  Effect: 'Allow',
  Action: names.map((name) => `kms:${name}`),
  Resource: KEY,
  Condition: { StringLike: { 'kms:ViaService': service } },
});

let aws: DynamoDbAccount;

beforeEach(() => {
  aws = new DynamoDbAccount();
  aws.dynamodb.load([ORDERS]);
});
afterEach(() => aws.close());

/** A client that acts in a role with these statements. */
function clientWith(...Statement: object[]): DynamoDBClient {
  putRoles(aws.account, { Builder: { inline: { Inline: { Statement } } } });
  const caller = { principalArn: roleArn(aws.account, 'Builder'), accountId: aws.account.id };
  return aws.account.endpoint.client(DynamoDBClient, { caller });
}

function answerOf(request: Promise<unknown>): Promise<string> {
  const name = request.then(
    () => 'ok',
    (error: Error) => error.name,
  );
  return aws.account.clock.runUntil(name, 60);
}

describe('A table under a customer managed key', () => {
  it.each([
    ['is read by a role that may decrypt through DynamoDB', [keyActions(['Decrypt'])], 'ok'],
    ['is not read without the key', [], 'AccessDeniedException'],
    [
      'is not read by a role that may decrypt through another service only',
      [keyActions(['Decrypt'], 's3.*.amazonaws.com')],
      'AccessDeniedException',
    ],
  ])('%s', async (_name, statements, expected) => {
    const client = clientWith(TABLE_ACTIONS, ...statements);
    expect(await answerOf(client.send(new ScanCommand({ TableName: 'Orders' })))).toBe(expected);
  });

  it.each([
    ['is restored by a role that may use the key for all that encryption needs', ENCRYPTS, 'ok'],
    ['is not restored without a grant', ENCRYPTS.filter((name) => name !== 'CreateGrant'), 'AccessDeniedException'],
  ])('%s', async (_name, actions, expected) => {
    const BackupArn = await aws.backUp('nightly');
    const client = clientWith(TABLE_ACTIONS, keyActions(actions));
    const request = client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: 'Restored' }));
    expect(await answerOf(request)).toBe(expected);
  });
});
