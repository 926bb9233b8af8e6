import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const FunctionName = 'arn:aws:lambda:eu-west-1:111122223333:function:ship-orders';
const WORLD = { TableName: 'Orders', FunctionName, BatchSize: 10, MaximumRetryAttempts: 3 };

let aws: DynamoDbAccount;
let client: LambdaClient;

beforeEach(() => {
  aws = new DynamoDbAccount();
  aws.dynamodb.load([
    { ...ORDERS, StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } },
  ]);
  client = aws.account.endpoint.client(LambdaClient);
});
afterEach(() => aws.close());

function inAccount<T>(answer: Promise<T>): Promise<T> {
  return aws.account.clock.runUntil(answer, 3600);
}

function streamArn(): string {
  return aws.dynamodb.DescribeTable({ TableName: 'Orders' }).Table?.LatestStreamArn ?? '';
}

function create(settings: object = {}) {
  const EventSourceArn = streamArn();
  return inAccount(
    client.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn,
        FunctionName,
        StartingPosition: 'TRIM_HORIZON',
        ...settings,
      }),
    ),
  );
}

const get = (UUID: string | undefined) => inAccount(client.send(new GetEventSourceMappingCommand({ UUID })));

async function list(input: object) {
  return (await inAccount(client.send(new ListEventSourceMappingsCommand(input)))).EventSourceMappings ?? [];
}

describe('An event source mapping', () => {
  it('is Creating for a while and then Enabled, with the defaults of a stream', async () => {
    const { UUID, State } = await create({ BatchSize: 10 });
    await aws.passes(60);

    expect(State).toBe('Creating');
    expect(await get(UUID)).toMatchObject({
      State: 'Enabled',
      BatchSize: 10,
      ParallelizationFactor: 1,
      MaximumRetryAttempts: -1,
      FunctionArn: FunctionName,
      StartingPosition: 'TRIM_HORIZON',
    });
  });

  it('is found by the ARN of its stream', async () => {
    const { UUID } = await create();

    expect(await list({ EventSourceArn: streamArn() })).toMatchObject([{ UUID }]);
    expect(await list({ EventSourceArn: `${streamArn()}0` })).toEqual([]);
  });

  it('is there once for each stream and function', async () => {
    await create();

    await expect(create()).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });

  it('needs a stream that exists', async () => {
    await expect(create({ EventSourceArn: `${streamArn()}0` })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('stays at the old stream when the table gets a new one', async () => {
    const { UUID } = await create();
    const old = streamArn();
    aws.dynamodb.UpdateTable({ TableName: 'Orders', StreamSpecification: { StreamEnabled: false } });
    await aws.passes(60);
    aws.dynamodb.UpdateTable({
      TableName: 'Orders',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    });
    await aws.passes(60);

    expect(streamArn()).not.toBe(old);
    expect(await list({ EventSourceArn: streamArn() })).toEqual([]);
    expect(await get(UUID)).toMatchObject({ EventSourceArn: old });
  });

  it('is Deleting for a while and then gone', async () => {
    const { UUID } = await create();
    await aws.passes(60);

    const { State } = await inAccount(client.send(new DeleteEventSourceMappingCommand({ UUID })));
    await aws.passes(60);

    expect(State).toBe('Deleting');
    await expect(get(UUID)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('The world file', () => {
  it('gives mappings back', () => {
    const { eventSourceMappings } = aws.account.region().lambda;

    eventSourceMappings.load([WORLD]);

    expect(eventSourceMappings.toWorld()).toMatchObject([WORLD]);
  });
});

describe('Tags of a mapping', () => {
  it('are added to, by its ARN', async () => {
    const { EventSourceMappingArn: Resource } = await create();
    const tag = (Tags: Record<string, string>) => inAccount(client.send(new TagResourceCommand({ Resource, Tags })));
    await tag({ team: 'search' });
    await tag({ stage: 'prod' });
    const { Tags } = await inAccount(client.send(new ListTagsCommand({ Resource })));
    expect(Tags).toEqual({ team: 'search', stage: 'prod' });
  });

  it('are not those of AWS', async () => {
    const { EventSourceMappingArn: Resource } = await create();
    const tags = { 'aws:cloudformation:stack-name': 'shop' };
    await expect(inAccount(client.send(new TagResourceCommand({ Resource, Tags: tags })))).rejects.toThrow(
      'System tags',
    );
  });
});
