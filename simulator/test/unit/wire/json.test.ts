import * as dynamodbPackage from '@aws-sdk/client-dynamodb';
import * as sfnPackage from '@aws-sdk/client-sfn';
import * as sqsPackage from '@aws-sdk/client-sqs';
import * as ssmPackage from '@aws-sdk/client-ssm';
import { AwsError } from '../../../errors';
import { wired, withoutMetadata } from './round-trip';

const { DynamoDBClient } = dynamodbPackage;
const { SFNClient } = sfnPackage;
const { SSMClient } = ssmPackage;

it('reads maps of lists and any character', async () => {
  const { client, received } = wired(ssmPackage, SSMClient);
  const input = {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: ['i-1', 'i-2'],
    TimeoutSeconds: 600,
    Comment: 'Sicherung "Ü" 😀 \\ \n',
    Parameters: { commands: ['echo "ü"', ''], executionTimeout: ['300'] },
  };

  await client.send(new ssmPackage.SendCommandCommand(input));

  expect(received).toEqual([{ operation: 'SendCommand', input }]);
});

it('reads and writes deep values, bytes and sets', async () => {
  const Item = {
    id: { S: 'Ü' },
    bytes: { B: new Uint8Array([0, 127, 255]) },
    parts: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
    names: { SS: ['a', 'b'] },
    deep: { M: { list: { L: [{ N: '1.5' }, { NULL: true }, { M: { x: { BOOL: false } } }] } } },
  };
  const { client, received } = wired(dynamodbPackage, DynamoDBClient, { Item });

  const output = await client.send(new dynamodbPackage.GetItemCommand({ TableName: 't', Key: Item }));

  expect(received[0]?.input).toEqual({ TableName: 't', Key: Item });
  expect(withoutMetadata(output)).toEqual({ Item });
});

it('writes dates to the millisecond', async () => {
  const startDate = new Date('2026-11-20T22:00:00.123Z');
  const { client } = wired(sfnPackage, SFNClient, { executionArn: 'arn', startDate });

  const output = await client.send(new sfnPackage.StartExecutionCommand({ stateMachineArn: 'arn' }));

  expect(withoutMetadata(output)).toEqual({ executionArn: 'arn', startDate });
});

it('answers with nothing where there is nothing to say', async () => {
  const { client, received } = wired(ssmPackage, SSMClient);

  const output = await client.send(new ssmPackage.CancelCommandCommand({ CommandId: 'c' }));

  expect(received[0]?.input).toEqual({ CommandId: 'c' });
  expect(withoutMetadata(output)).toEqual({});
});

it('writes an error with lists and deep values in it', async () => {
  const CancellationReasons = [
    { Code: 'None' },
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { id: { S: 'Ü' } } },
  ];
  const error = new AwsError('TransactionCanceledException', 'Transaction cancelled', 400, { CancellationReasons });
  const { client } = wired(dynamodbPackage, DynamoDBClient, error);

  const asking = client.send(new dynamodbPackage.TransactWriteItemsCommand({ TransactItems: [] }));

  await expect(asking).rejects.toBeInstanceOf(dynamodbPackage.TransactionCanceledException);
  await expect(asking).rejects.toMatchObject({ message: 'Transaction cancelled', CancellationReasons });
});

it('gives an error that the SDK has no class for its name and message', async () => {
  const { client } = wired(ssmPackage, SSMClient, new AwsError('AccessDeniedException', 'nicht für Sie', 400));

  const asking = client.send(new ssmPackage.ListCommandsCommand({}));

  await expect(asking).rejects.toBeInstanceOf(ssmPackage.SSMServiceException);
  await expect(asking).rejects.toMatchObject({ name: 'AccessDeniedException', message: 'nicht für Sie' });
});

it('names an error by both protocols where the service once spoke the older one', async () => {
  const refusal = new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
  const { client } = wired(sqsPackage, sqsPackage.SQSClient, refusal);

  const asked = client.send(new sqsPackage.GetQueueUrlCommand({ QueueName: 'none' }));

  await expect(asked).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' },
  });
});
