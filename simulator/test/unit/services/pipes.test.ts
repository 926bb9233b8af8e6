import { ListPipesCommand, PipesClient } from '@aws-sdk/client-pipes';
import { DynamoDbAccount, ORDERS } from './dynamodb-account';

let aws: DynamoDbAccount;

beforeEach(() => {
  aws = new DynamoDbAccount();
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const };
  aws.dynamodb.load([
    { ...ORDERS, StreamSpecification },
    { ...ORDERS, TableName: 'Fees', StreamSpecification },
  ]);
  aws.account.region().pipes.load([
    { Name: 'ship', TableName: 'Orders' },
    { Name: 'bill', TableName: 'Fees', Target: 'arn:aws:sqs:eu-west-1:111122223333:bills' },
  ]);
});
afterEach(() => aws.close());

const list = (input: object) =>
  aws.account.clock.runUntil(aws.account.endpoint.client(PipesClient).send(new ListPipesCommand(input)), 3600);

it('lists the pipes of a stream by the beginning of its ARN', async () => {
  const source = aws.dynamodb.DescribeTable({ TableName: 'Orders' }).Table?.LatestStreamArn;
  const { Pipes } = await list({ SourcePrefix: source });
  expect(Pipes).toEqual([
    expect.objectContaining({
      Name: 'ship',
      Arn: 'arn:aws:pipes:eu-west-1:111122223333:pipe/ship',
      Source: source,
      CurrentState: 'RUNNING',
    }),
  ]);
});

it('lists all pipes in pages', async () => {
  const { Pipes: first, NextToken } = await list({ Limit: 1 });
  const { Pipes: rest } = await list({ NextToken });
  expect([...(first ?? []), ...(rest ?? [])].map(({ Name }) => Name)).toEqual(['ship', 'bill']);
});

it('gives a world its pipes back', () => {
  expect(aws.account.region().pipes.snapshot()).toEqual([
    expect.objectContaining({ Name: 'ship', TableName: 'Orders' }),
    expect.objectContaining({ Name: 'bill', TableName: 'Fees', Target: 'arn:aws:sqs:eu-west-1:111122223333:bills' }),
  ]);
});
