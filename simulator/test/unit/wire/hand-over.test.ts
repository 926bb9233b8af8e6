import { BackupClient, DescribeBackupJobCommand, ListBackupJobsCommand } from '@aws-sdk/client-backup';
import { DynamoDBClient, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateFileSystemCommand, DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Account } from '../../../account';
import type { Fault } from '../../../faults';

type ClientOf = <C>(Client: new (config: never) => C) => C;

/** What a caller sees of some calls, what the services saw, and when all that was over. */
async function seen(wire: boolean, act: (client: ClientOf) => Promise<unknown>, faults: Fault[] = []) {
  const account = new Account({ seed: 3, faults, wire });
  try {
    const region = account.region();
    region.ec2.load({ instances: [{ InstanceId: 'i-0000000000000000a' }] });
    region.backup.load({ vaults: [{ BackupVaultName: 'nightly' }] });
    region.dynamodb.CreateTable({
      TableName: 'things',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const inputs: unknown[] = [];
    account.observer.observe(({ what, subject, detail }) => {
      if (what === 'call') inputs.push([subject, structuredClone((detail as { input: object }).input)]);
    });
    await account.clock.runUntil(account.clock.sleep(60), 3600);
    const answer = await account.clock.runUntil(
      act((Client) => account.endpoint.client(Client)).catch((error) => ({
        isError: error instanceof Error,
        class: error.constructor.name,
        ...error,
        message: error.message,
      })),
      3600,
    );
    return { answer, inputs, time: account.clock.now };
  } finally {
    account.close();
  }
}

async function bothWays(act: (client: ClientOf) => Promise<unknown>, faults: Fault[] = []) {
  const wire = await seen(true, act, faults);
  const handedOver = await seen(false, act, faults);
  return { wire, handedOver };
}

const THING = {
  id: 'a',
  at: 1.5,
  tags: new Set(['x', 'y']),
  bytes: new Uint8Array([1, 2]),
  none: null,
  list: [{ b: true }],
};
const documents = (client: ClientOf) => DynamoDBDocumentClient.from(client(DynamoDBClient));
const throttled = (call: string, times: number): Fault[] => [{ call, fault: 'throttle', times }];

describe('A call that is handed over before the wire', () => {
  it.each<[string, (client: ClientOf) => Promise<unknown>, Fault[]?]>([
    ['an answer with dates and nested lists', (client) => client(EC2Client).send(new DescribeInstancesCommand({}))],
    [
      'an input with members that the API does not have',
      (client) =>
        client(EC2Client).send(new StopInstancesCommand({ InstanceIds: ['i-0000000000000000a'], Own: 1 } as never)),
    ],
    [
      'an empty list, which EC2 does not get',
      (client) => client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: [] })),
    ],
    [
      'a date in the address',
      (client) =>
        client(BackupClient).send(new ListBackupJobsCommand({ ByCreatedAfter: new Date('2026-11-20T22:00:00.500Z') })),
    ],
    [
      'a refusal, as an exception of the service with its own name',
      (client) => client(BackupClient).send(new DescribeBackupJobCommand({ BackupJobId: 'none' })),
    ],
    [
      'a refusal of EC2',
      (client) => client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })),
    ],
    [
      'an input without the part that stands in the address',
      (client) => client(BackupClient).send(new DescribeBackupJobCommand({ BackupJobId: undefined })),
    ],
    [
      'a message with space around it',
      (client) =>
        client(SNSClient).send(
          new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:111122223333:none', Message: ' a\r\n ' }),
        ),
    ],
    [
      'an answer after two throttled attempts',
      (client) => client(EC2Client).send(new DescribeInstancesCommand({})),
      throttled('ec2:DescribeInstances', 2),
    ],
    [
      'the refusal after the last attempt',
      (client) => client(EC2Client).send(new DescribeInstancesCommand({})),
      throttled('ec2:DescribeInstances', 9),
    ],
    [
      'a connection that fails once',
      (client) => client(EFSClient).send(new DescribeFileSystemsCommand({})),
      [{ call: 'elasticfilesystem:DescribeFileSystems', fault: 'timeout' }],
    ],
    [
      'items as plain JSON',
      async (client) => {
        await documents(client).send(new PutCommand({ TableName: 'things', Item: THING }));
        const { Item } = await documents(client).send(new GetCommand({ TableName: 'things', Key: { id: 'a' } }));
        const { Items, Count } = await documents(client).send(
          new QueryCommand({
            TableName: 'things',
            KeyConditionExpression: 'id = :a',
            ExpressionAttributeValues: { ':a': 'a' },
          }),
        );
        return { Item, Items, Count };
      },
    ],
    [
      'a condition that does not hold, with the item in the exception',
      async (client) => {
        const put: PutItemCommandInput = {
          TableName: 'things',
          Item: { id: { S: 'a' } },
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        };
        await client(DynamoDBClient).send(new PutItemCommand(put));
        return client(DynamoDBClient).send(new PutItemCommand(put));
      },
    ],
  ])('gives what the wire gives: %s', async (_what, act, faults = []) => {
    // Act
    const { wire, handedOver } = await bothWays(act, faults);
    // Assess
    expect(wire.inputs.length + Object.keys(wire.answer as object).length).toBeGreaterThan(0);
    expect(handedOver).toEqual(wire);
  });

  it('shares nothing with its caller', async () => {
    // Act
    const item = { id: { S: 'a' }, tags: { L: [{ S: 'x' }] } };
    const { answer } = await seen(false, async (client) => {
      await client(DynamoDBClient).send(new PutItemCommand({ TableName: 'things', Item: item }));
      item.tags.L.push({ S: 'y' });
      const read = () => documents(client).send(new GetCommand({ TableName: 'things', Key: { id: 'a' } }));
      const first = await read();
      (first.Item as { tags: string[] }).tags.push('z');
      return (await read()).Item;
    });
    // Assess
    expect(answer).toEqual({ id: 'a', tags: ['x'] });
  });

  it('has the token that the SDK makes when the caller names none', async () => {
    // Act
    const { inputs } = await seen(false, (client) => client(EFSClient).send(new CreateFileSystemCommand({})));
    // Assess
    expect(inputs).toEqual([
      ['elasticfilesystem:CreateFileSystem', { CreationToken: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
    ]);
  });
});
