import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const READS = {
  ServiceNamespace: 'dynamodb' as const,
  ResourceId: 'table/Orders',
  ScalableDimension: 'dynamodb:table:ReadCapacityUnits' as const,
};
const POLICY: PutScalingPolicyCommandInput = {
  ...READS,
  PolicyName: 'reads',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 70,
    ScaleInCooldown: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
  },
};

let aws: DynamoDbAccount;
let client: ApplicationAutoScalingClient;

beforeEach(() => {
  aws = new DynamoDbAccount();
  aws.dynamodb.load([ORDERS]);
  client = aws.account.endpoint.client(ApplicationAutoScalingClient);
});
afterEach(() => aws.close());

function inAccount<T>(answer: Promise<T>): Promise<T> {
  return aws.account.clock.runUntil(answer, 3600);
}

async function register(target: object = READS): Promise<void> {
  await inAccount(
    client.send(new RegisterScalableTargetCommand({ ...READS, MinCapacity: 1, MaxCapacity: 9, ...target })),
  );
}

async function targets() {
  const answer = await inAccount(client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb' })));
  return answer.ScalableTargets ?? [];
}

async function policies(input: object = {}) {
  const command = new DescribeScalingPoliciesCommand({ ServiceNamespace: 'dynamodb', ...input });
  return (await inAccount(client.send(command))).ScalingPolicies ?? [];
}

describe('A scalable target', () => {
  it('is what was registered, for the table and for its index', async () => {
    await register();
    await register({
      ResourceId: 'table/Orders/index/ByStatus',
      ScalableDimension: 'dynamodb:index:WriteCapacityUnits',
    });

    expect(await targets()).toMatchObject([
      { ...READS, MinCapacity: 1, MaxCapacity: 9, SuspendedState: { DynamicScalingInSuspended: false } },
      { ResourceId: 'table/Orders/index/ByStatus' },
    ]);
  });

  it('keeps what a second registration does not mention', async () => {
    await register();
    await inAccount(client.send(new RegisterScalableTargetCommand({ ...READS, MaxCapacity: 20 })));

    expect(await targets()).toMatchObject([{ MinCapacity: 1, MaxCapacity: 20 }]);
  });

  it.each([
    ['table/Missing', 'dynamodb:table:ReadCapacityUnits'],
    ['table/Orders/index/Missing', 'dynamodb:index:ReadCapacityUnits'],
    ['table/Orders', 'dynamodb:index:ReadCapacityUnits'],
  ])('cannot be %s with the dimension %s', async (ResourceId, ScalableDimension) => {
    await expect(register({ ResourceId, ScalableDimension })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('outlives its table, and takes its policies along when it is deregistered', async () => {
    await register();
    await inAccount(client.send(new PutScalingPolicyCommand(POLICY)));
    aws.dynamodb.DeleteTable({ TableName: 'Orders' });
    await aws.passes(60);
    expect(await targets()).toHaveLength(1);

    await inAccount(client.send(new DeregisterScalableTargetCommand(READS)));

    expect(await targets()).toEqual([]);
    expect(await policies()).toEqual([]);
    await expect(inAccount(client.send(new DeregisterScalableTargetCommand(READS)))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
    });
  });
});

describe('A scaling policy', () => {
  it('needs a target', async () => {
    await expect(inAccount(client.send(new PutScalingPolicyCommand(POLICY)))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
    });
  });

  it('is what was put, with alarms of its own', async () => {
    await register();
    await inAccount(client.send(new PutScalingPolicyCommand(POLICY)));

    const [policy] = await policies({ ResourceId: 'table/Orders' });
    expect(policy).toMatchObject(POLICY);
    expect(policy?.Alarms).toHaveLength(4);
  });

  it('keeps its ARN when it is put again', async () => {
    await register();
    const first = await inAccount(client.send(new PutScalingPolicyCommand(POLICY)));
    const second = await inAccount(client.send(new PutScalingPolicyCommand(POLICY)));

    expect(second.PolicyARN).toBe(first.PolicyARN);
  });
});

describe('The world file', () => {
  it('gives back targets and policies', () => {
    const target = {
      Region: 'eu-west-1',
      ResourceId: 'table/Orders',
      ScalableDimension: READS.ScalableDimension,
      MinCapacity: 1,
      MaxCapacity: 9,
      Policies: [
        {
          PolicyName: 'reads',
          TargetTrackingScalingPolicyConfiguration: POLICY.TargetTrackingScalingPolicyConfiguration,
        },
      ],
    };
    const { applicationAutoScaling } = aws.account.region();

    applicationAutoScaling.load([target]);

    expect(applicationAutoScaling.snapshot()).toEqual([target]);
  });
});

describe('The permission', () => {
  it('to register a target comes with those on the table', () => {
    const asked = aws.account
      .region()
      .applicationAutoScaling.access('RegisterScalableTarget', READS)
      .map(({ action, resource }) => `${action} ${resource.split(':').pop()}`);

    expect(asked).toEqual([
      'application-autoscaling:RegisterScalableTarget scalable-target/*',
      'dynamodb:DescribeTable table/Orders',
      'dynamodb:UpdateTable table/Orders',
    ]);
  });
});
