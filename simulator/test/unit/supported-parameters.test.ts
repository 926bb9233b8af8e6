import { Account } from '../../account';
import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { Harness, pass } from './asl/harness';

let account: Account | undefined;
afterEach(() => {
  account?.close();
  account = undefined;
});

type Call = (region: Region) => unknown;

/** What AWS would act on, and nothing here does. */
const GAPS: Record<string, Call> = {
  'an invocation that does not wait': ({ lambda }) => lambda.Invoke({ FunctionName: 'f', InvocationType: 'Event' }),
  'a permission for an organisation': ({ lambda }) =>
    lambda.AddPermission({
      FunctionName: 'f',
      StatementId: 'one',
      Action: 'lambda:InvokeFunction',
      Principal: '*',
      PrincipalOrgID: 'o-1',
    }),
  'a filter for redriven executions': ({ stepFunctions }) =>
    stepFunctions.ListExecutions({ redriveFilter: 'REDRIVEN' }),
  'a state machine without its definition': ({ stepFunctions }) =>
    stepFunctions.DescribeStateMachine({ stateMachineArn: 'm', includedData: 'METADATA_ONLY' } as object),
  'a trace of an execution': ({ stepFunctions }) =>
    stepFunctions.StartExecution({ stateMachineArn: 'm', traceHeader: 'Root=1' }),
  'the schedules of a group': ({ scheduler }) => scheduler.ListSchedules({ GroupName: 'nights' } as object),
  'policies by their path': ({ iam }) => iam.ListAttachedRolePolicies({ RoleName: 'r', PathPrefix: '/service-role/' }),
  'the next page of tags': ({ dynamodb }) => dynamodb.ListTagsOfResource({ ResourceArn: 'a', NextToken: '2' }),
  'a table in another region': ({ dynamodb }) =>
    dynamodb.CreateTable({
      TableName: 'Orders',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalTableSourceArn: 'a',
    }),
  "the removal of one's own access to a table": ({ dynamodb }) =>
    dynamodb.PutResourcePolicy({ ResourceArn: 'a', Policy: '{}', ConfirmRemoveSelfResourceAccess: true }),
  'a file-system policy that may lock its caller out': ({ efs }) =>
    efs.PutFileSystemPolicy({ FileSystemId: 'fs-1', Policy: '{}', BypassPolicyLockoutSafetyCheck: true }),
  'a topic with a policy': ({ sns }) => sns.CreateTopic({ Name: 't', Attributes: { Policy: '{}' } }),
  'the vault of another account': ({ backup }) =>
    backup.GetRestoreTestingInferredMetadata({
      BackupVaultName: 'v',
      RecoveryPointArn: 'a',
      BackupVaultAccountId: '444455556666',
    }),
  'a cooldown': ({ autoScaling }) =>
    autoScaling.SetDesiredCapacity({ AutoScalingGroupName: 'g', DesiredCapacity: 1, HonorCooldown: true }),
  'an object with a key of its own': ({ s3 }) => s3.PutObject({ Bucket: 'b', Key: 'k', SSEKMSKeyId: 'key' }),
  'an object that is to be as it was': ({ s3 }) => s3.PutObject({ Bucket: 'b', Key: 'k', IfNoneMatch: '"etag"' }),
  'a version of an object': ({ s3 }) => s3.GetObject({ Bucket: 'b', Key: 'k', VersionId: '1' }),
};

describe('A request is not simulated that asks for', () => {
  it.each(Object.keys(GAPS))('%s', async (what) => {
    // Prepare
    account = new Account();
    const region = account.region();

    // Act
    const asked = (async () => GAPS[what]?.(region))();

    // Assess
    await expect(asked).rejects.toThrow(SimulatorError);
  });

  it('the end of an object', async () => {
    account = new Account();
    const { s3 } = account.region();
    s3.createBucket('b');
    s3.PutObject({ Bucket: 'b', Key: 'k', Body: Buffer.from('text') });

    expect(() => s3.GetObject({ Bucket: 'b', Key: 'k', Range: 'bytes=-2' })).toThrow(SimulatorError);
  });

  it('a second lifecycle hook', () => {
    account = new Account();
    const { autoScaling } = account.region();
    const launch = { subnetIds: ['subnet-a'], instanceTypes: ['t4g.nano'], isSpot: false, launchTemplateId: 'lt-1' };
    const bounds = { minSize: 0, maxSize: 1, desired: 0, cooldownSeconds: 300, healthCheckGraceSeconds: 0 };
    autoScaling.create({ name: 'builders', ...bounds, ...launch, tags: {} });
    const put = (LifecycleHookName: string, transition = 'TERMINATING') =>
      autoScaling.PutLifecycleHook({
        AutoScalingGroupName: 'builders',
        LifecycleHookName,
        LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
      });

    expect(() => put('launch', 'LAUNCHING')).toThrow(SimulatorError);
    put('one');
    put('one');
    expect(() => put('two')).toThrow(SimulatorError);
  });
});

describe('A history (https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html)', () => {
  it('has no data where they are not to be included', async () => {
    const harness = new Harness();
    account = harness.account;
    const { arn: executionArn } = await harness.run({ Secret: pass({ secret: 1 }) }, { secret: 1 });

    const { events } = harness.stepFunctions.GetExecutionHistory({ executionArn, includeExecutionData: false });

    expect(JSON.stringify(events)).not.toContain('secret');
    expect(events.map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name)).toContain('Secret');
    expect(JSON.stringify(harness.stepFunctions.GetExecutionHistory({ executionArn }))).toContain('secret');
  });
});

describe('A permission of a function (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html)', () => {
  const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:start';
  const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/nightly';
  const SERVICE = 'events.amazonaws.com';

  it.each([
    ['lets a service in', {}, true],
    ['lets it in for its account', { SourceAccount: '111122223333' }, true],
    ['does not let it in for another account', { SourceAccount: '444455556666' }, false],
    ['does not let it in for another action', { Action: 'lambda:InvokeFunctionUrl' }, false],
    ['lets it in for every action', { Action: 'lambda:*' }, true],
  ])('%s', (_what, part, isAllowed) => {
    account = new Account();
    const { lambda } = account.region();
    lambda.functions.set(FUNCTION, { configuration: {}, containers: [], permissions: [] } as never);

    const Action = 'lambda:InvokeFunction';
    lambda.AddPermission({ FunctionName: FUNCTION, StatementId: 'one', Action, Principal: SERVICE, ...part });

    expect(lambda.allows(FUNCTION, SERVICE, RULE)).toBe(isAllowed);
  });
});
