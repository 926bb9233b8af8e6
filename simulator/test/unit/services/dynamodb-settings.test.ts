import { loadWorld, parseWorld, saveWorld } from '../../../world';
import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const TableName = 'Orders';
const ResourceArn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders';
const StreamArn = 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders';
const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });

let aws: DynamoDbAccount;

beforeEach(() => {
  aws = new DynamoDbAccount();
  aws.dynamodb.load([ORDERS]);
});
afterEach(() => aws.close());

const describeTable = () => aws.dynamodb.DescribeTable({ TableName }).Table;

async function update(settings: object): Promise<void> {
  aws.dynamodb.UpdateTable({ TableName, ...settings });
  await aws.passes(60);
}

describe('A stream', () => {
  const on = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const } };

  it('has a new ARN each time that it is turned on', async () => {
    await update(on);
    const first = describeTable()?.LatestStreamArn;
    await update({ StreamSpecification: { StreamEnabled: false } });
    await update(on);

    expect(first).toMatch(/^arn:aws:dynamodb:eu-west-1:111122223333:table\/Orders\/stream\/2026-11-20T/);
    expect(describeTable()?.LatestStreamArn).not.toBe(first);
  });

  it('cannot be turned on twice', async () => {
    await update(on);

    expect(aws.refusal(() => aws.dynamodb.UpdateTable({ TableName, ...on })).code).toBe('ValidationException');
  });
});

describe('Contributor Insights', () => {
  const status = (IndexName?: string) =>
    aws.dynamodb.DescribeContributorInsights({ TableName, IndexName }).ContributorInsightsStatus;

  it('comes on and goes off after a while, for the table and for an index on its own', async () => {
    expect(status()).toBe('DISABLED');
    aws.dynamodb.UpdateContributorInsights({
      TableName,
      IndexName: 'ByStatus',
      ContributorInsightsAction: 'ENABLE',
      ContributorInsightsMode: 'THROTTLED_KEYS',
    });

    expect(status('ByStatus')).toBe('ENABLING');
    await aws.passes(60);
    expect(aws.dynamodb.DescribeContributorInsights({ TableName, IndexName: 'ByStatus' })).toMatchObject({
      ContributorInsightsStatus: 'ENABLED',
      ContributorInsightsMode: 'THROTTLED_KEYS',
    });
    expect(status()).toBe('DISABLED');
    aws.dynamodb.UpdateContributorInsights({
      TableName,
      IndexName: 'ByStatus',
      ContributorInsightsAction: 'DISABLE',
    });
    await aws.passes(60);
    expect(status('ByStatus')).toBe('DISABLED');
  });

  it('needs a table and an index that exist', () => {
    expect(aws.refusal(() => status('Missing')).code).toBe('ResourceNotFoundException');
  });
});

describe('A Kinesis destination', () => {
  const destinations = () =>
    aws.dynamodb.DescribeKinesisStreamingDestination({ TableName }).KinesisDataStreamDestinations;

  it('is ENABLING, ACTIVE, DISABLING and DISABLED, and stays in the list', async () => {
    aws.dynamodb.EnableKinesisStreamingDestination({
      TableName,
      StreamArn,
      EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' },
    });
    expect(destinations()).toMatchObject([{ StreamArn, DestinationStatus: 'ENABLING' }]);
    await aws.passes(60);
    expect(destinations()).toEqual([
      { StreamArn, DestinationStatus: 'ACTIVE', ApproximateCreationDateTimePrecision: 'MICROSECOND' },
    ]);
    aws.dynamodb.DisableKinesisStreamingDestination({ TableName, StreamArn });
    await aws.passes(60);
    expect(destinations()).toMatchObject([{ StreamArn, DestinationStatus: 'DISABLED' }]);
  });

  it('is the only one at a time', () => {
    aws.dynamodb.EnableKinesisStreamingDestination({ TableName, StreamArn });
    const enable = () => aws.dynamodb.EnableKinesisStreamingDestination({ TableName, StreamArn: `${StreamArn}-2` });

    expect(aws.refusal(enable).code).toBe('ValidationException');
  });
});

describe('A resource policy', () => {
  it('is what was put, with another revision for another text only', () => {
    const first = aws.dynamodb.PutResourcePolicy({ ResourceArn, Policy }).RevisionId;
    const again = aws.dynamodb.PutResourcePolicy({ ResourceArn, Policy }).RevisionId;
    const changed = JSON.stringify({ Version: '2012-10-17', Statement: [{}] });
    const second = aws.dynamodb.PutResourcePolicy({ ResourceArn, Policy: changed }).RevisionId;

    expect(again).toBe(first);
    expect(second).not.toBe(first);
    expect(aws.dynamodb.GetResourcePolicy({ ResourceArn })).toEqual({ Policy: changed, RevisionId: second });
  });

  it('is only changed by those who know its revision, if they say so', () => {
    aws.dynamodb.PutResourcePolicy({ ResourceArn, Policy, ExpectedRevisionId: 'NO_POLICY' });
    const put = (ExpectedRevisionId: string) => () =>
      aws.dynamodb.PutResourcePolicy({ ResourceArn, Policy: '{"Statement":[]}', ExpectedRevisionId });

    expect(aws.refusal(put('NO_POLICY'))).toMatchObject({
      code: 'PolicyNotFoundException',
      message: expect.stringMatching(
        /expecting none to be present for table \w+, but a policy exists with revision id/,
      ),
    });
    expect(aws.refusal(put('1'))).toMatchObject({
      code: 'PolicyNotFoundException',
      message: expect.stringMatching(/revision id 1, but the policy associated to target table \w+ has revision id/),
    });
    put(aws.dynamodb.GetResourcePolicy({ ResourceArn }).RevisionId ?? '')();
  });

  it('is gone once it is deleted, and deleting it again is no error', () => {
    const { RevisionId } = aws.dynamodb.PutResourcePolicy({ ResourceArn, Policy });

    expect(aws.dynamodb.DeleteResourcePolicy({ ResourceArn })).toEqual({ RevisionId });
    expect(aws.dynamodb.DeleteResourcePolicy({ ResourceArn })).toEqual({});
    expect(aws.refusal(() => aws.dynamodb.GetResourcePolicy({ ResourceArn })).code).toBe('PolicyNotFoundException');
  });

  it('of a stream is another than that of its table', async () => {
    await update({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
    aws.dynamodb.PutResourcePolicy({ ResourceArn: describeTable()?.LatestStreamArn, Policy });

    expect(aws.refusal(() => aws.dynamodb.GetResourcePolicy({ ResourceArn })).code).toBe('PolicyNotFoundException');
  });

  it('must be JSON, and no more than 20 KB', () => {
    const put = (text: string) => aws.refusal(() => aws.dynamodb.PutResourcePolicy({ ResourceArn, Policy: text })).code;

    expect(put('no JSON')).toBe('ValidationException');
    expect(put(`{"Statement":[],"Id":"${'x'.repeat(20 * 1024)}"}`)).toBe('ValidationException');
  });
});

describe('A table', () => {
  it('shows its class, its warm throughput and its maximums', async () => {
    await update({ TableClass: 'STANDARD_INFREQUENT_ACCESS', WarmThroughput: { ReadUnitsPerSecond: 13_000 } });
    await update({ BillingMode: 'PAY_PER_REQUEST', OnDemandThroughput: { MaxReadRequestUnits: 100 } });

    expect(describeTable()).toMatchObject({
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
      WarmThroughput: { ReadUnitsPerSecond: 13_000 },
      OnDemandThroughput: { MaxReadRequestUnits: 100 },
    });
  });

  it('that is part of a global table shows its replicas', () => {
    aws.dynamodb.load([{ ...ORDERS, ReplicaRegions: ['eu-central-1'] }]);

    expect(describeTable()).toMatchObject({
      GlobalTableVersion: '2019.11.21',
      Replicas: [{ RegionName: 'eu-central-1', ReplicaStatus: 'ACTIVE' }],
    });
  });
});

describe('A listener', () => {
  it('hears of every call after its effect, the refused ones too', async () => {
    const heard: string[] = [];
    aws.account.observer.observe(({ what, subject, detail }) => {
      if (what === 'call') heard.push(`${subject} ${detail.resource.split(':').pop()} ${detail.outcome}`);
    });
    const { endpoint, root, clock } = aws.account;
    const call = (operation: string, input: object) => endpoint.request(aws.dynamodb, operation, input, root);

    await clock.runUntil(call('CreateBackup', { TableName, BackupName: 'nightly' }), 60);
    await clock.runUntil(
      call('DeleteTable', { TableName }).catch(() => {}),
      60,
    );

    expect(heard).toEqual([
      'dynamodb:CreateBackup table/Orders ok',
      'dynamodb:DeleteTable table/Orders ResourceInUseException',
    ]);
  });
});

describe('A watcher', () => {
  it('hears what becomes of a table', async () => {
    const heard: string[] = [];
    aws.account.observer.observe(({ what, subject, detail }) => {
      if (what === 'table') heard.push(`${subject} ${detail.state}`);
    });

    const BackupArn = await aws.backUp('nightly');
    aws.dynamodb.DeleteTable({ TableName });
    await aws.passes(60);
    aws.dynamodb.RestoreTableFromBackup({ BackupArn, TargetTableName: TableName });
    await aws.passes(600);

    expect(heard).toEqual(['Orders DELETING', 'Orders DELETED', 'Orders CREATING', 'Orders ACTIVE']);
  });
});

describe('A world file', () => {
  it('with every setting of a table is the same after a round', async () => {
    const world = parseWorld({
      tables: [
        {
          ...ORDERS,
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
          TableClass: 'STANDARD_INFREQUENT_ACCESS',
          WarmThroughput: { ReadUnitsPerSecond: 13_000 },
          DeletionProtectionEnabled: true,
          TimeToLiveAttribute: 'expires',
          PointInTimeRecoveryEnabled: true,
          PointInTimeRecoveryEnabledAt: '2026-11-01T12:00:00.000Z',
          RecoveryPeriodInDays: 7,
          ContributorInsights: [{ IndexName: 'ByStatus', Mode: 'THROTTLED_KEYS' }],
          KinesisDestinations: [{ StreamArn }],
          ResourcePolicy: { Version: '2012-10-17', Statement: [] },
          ReplicaRegions: ['eu-central-1'],
          Tags: [{ Key: 'team', Value: 'shop' }],
          Region: 'eu-west-1',
        },
      ],
      tableJobs: [{ Operation: 'Restore', Table: '*', DurationSeconds: 60 }],
      scalableTargets: [
        {
          ResourceId: 'table/Orders',
          ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
          MinCapacity: 1,
          MaxCapacity: 10,
          Policies: [{ PolicyName: 'reads', TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } }],
          Region: 'eu-west-1',
        },
      ],
      eventSourceMappings: [{ TableName, FunctionName: 'ship-orders', BatchSize: 10 }],
    });
    aws.close();
    aws = new DynamoDbAccount();

    loadWorld(aws.account, world);
    const saved = saveWorld(aws.account);
    aws.close();
    aws = new DynamoDbAccount();
    loadWorld(aws.account, parseWorld(JSON.parse(JSON.stringify(saved))));

    expect(saved.tables).toEqual(world.tables);
    expect(saved.scalableTargets).toEqual(world.scalableTargets);
    expect(saveWorld(aws.account)).toEqual(saved);
  });
});
