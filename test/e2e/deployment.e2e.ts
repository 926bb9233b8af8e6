import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { BackupClient, CreateBackupVaultCommand, DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import {
  CloudWatchEventsClient,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-cloudwatch-events';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateFileSystemCommand, CreateMountTargetCommand, EFSClient } from '@aws-sdk/client-efs';
import { GetFunctionCommand, InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { prepareTemplate } from '../../simulator/cloudformation';
import { loadTemplate } from '../../simulator/cloudformation/load-template';
import { resolve } from '../../simulator/cloudformation/resolve';
import type { JsonObject } from '../../simulator/cloudformation/template';
import { Emulator } from './emulator';
import { kindOf, type RecordedEvent, recordEvents } from './recorded-events';
import { BY_PEOPLE, RUNS } from './runs';

const STACK = 'backup-workflows';
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
/** Those that MiniStack has from the start. */
const VPC = 'vpc-00000001';
const SUBNET = 'subnet-00000001';
/**
 * The whole stack but for what MiniStack has not: the selection of a backup plan (CreateTableBackupPlan), policies of
 * event buses (TrustedOrganizationId) and rules of another owner's security group (EfsToEfsSourceSecurityGroupId).
 */
const PARAMETERS: Record<string, string> = {
  CreateTableBackupPlan: 'No',
  EfsToEfsVpcId: VPC,
  EfsToEfsSubnetIds: SUBNET,
};

/**
 * What functions say who find neither the run, nor the table or vault that an event from the simulated account is about.
 * MiniStack hides the error's name (`Runtime.HandlerError`), so the message has to do.
 */
const REFUSALS = [
  /^There is no record of the run arn:/,
  /^There is a record of arn:.* already, and it says that the run is over/,
  /^The run arn:.* (has no group#\d+\.|is over\. Start a new execution\.)$/,
  /^The backup that has to be there is not there/,
  /^There is no backup of the duplicate to restore from\.$/,
  /^The restore (of|to) \S+ ended unknown/,
  /not found/i,
  // The export, its files and the table that the steps before would have made.
  /^1 validation error detected: Value null at 'exportArn'/,
  /^The specified key does not exist\.$/,
  // A preflight: the emulator has not what the run's account had.
  /^Nothing was changed\. Correct the following and start again:/,
  /^Nothing was changed\. The table \S+ is gone, /,
  // DynamoDB's auto scaling, which MiniStack has not.
  /^UnknownError$/,
];

interface Declared {
  type: string;
  properties: JsonObject;
}

let emulator: Emulator;
let deployed: Map<string, StackResourceSummary>;
let stack: Stack;

async function deploy(parameters: Record<string, string>): Promise<void> {
  const overrides = Object.entries({ ...PARAMETERS, ...parameters }).map(([name, value]) => `${name}=${value}`);
  await emulator.sam(
    // Named, because SAM would otherwise take template.yaml and pack this whole folder when a build broke off.
    ...['deploy', '--template-file', '.aws-sam/build/template.yaml', '--stack-name', STACK, '--resolve-s3'],
    ...['--capabilities', 'CAPABILITY_IAM'],
    ...['--no-confirm-changeset', '--no-progressbar', '--parameter-overrides', ...overrides],
  );
  deployed = await resources();
  const { Stacks } = await emulator.client(CloudFormationClient).send(new DescribeStacksCommand({ StackName: STACK }));
  stack = Stacks?.[0] as Stack;
}

async function resources(): Promise<Map<string, StackResourceSummary>> {
  const found: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await emulator
      .client(CloudFormationClient)
      .send(new ListStackResourcesCommand({ StackName: STACK, NextToken }));
    found.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return new Map(found.map((resource) => [resource.LogicalResourceId ?? '', resource]));
}

/** What the template declares for these parameters, its references filled in with what the emulator created. */
function declared(parameters: Record<string, string> = {}): Map<string, Declared> {
  const pseudo = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::StackId': stack.StackId ?? '',
    'AWS::StackName': STACK,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const { resources, scope } = prepareTemplate(loadTemplate('template.yaml'), { ...PARAMETERS, ...parameters }, pseudo);
  const resource = (logicalId: string) => {
    const physicalId = physical(logicalId);
    const arn = ARNS[resources[logicalId]?.Type ?? '']?.(physicalId) ?? physicalId;
    const QueueName = physicalId.split('/').at(-1) ?? '';
    const Name = physicalId.split(':').at(-1) ?? '';
    const FunctionUrl =
      stack.Outputs?.find(({ OutputKey }) => OutputKey === 'AnswerAsSecondPersonUrl')?.OutputValue ?? '';
    return { physicalId, attributes: { Arn: arn, Name, QueueName, LatestVersionNumber: '1', FunctionUrl } };
  };
  return new Map(
    Object.entries(resources).map(([logicalId, { Type, Properties = {} }]) => [
      logicalId,
      { type: Type, properties: resolve(Properties, { ...scope, resource }) as JsonObject },
    ]),
  );
}

const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const ARNS: Record<string, (physicalId: string) => string> = {
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::Lambda::Function': (name) => arn('lambda', `function:${name}`),
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::SQS::Queue': (url) => arn('sqs', url.split('/').at(-1) ?? ''),
  'AWS::DynamoDB::Table': (name) => arn('dynamodb', `table/${name}`),
  'AWS::Events::EventBus': (name) => arn('events', `event-bus/${name}`),
  'AWS::Logs::LogGroup': (name) => arn('logs', `log-group:${name}:*`),
};

function physical(logicalId: string): string {
  return deployed.get(logicalId)?.PhysicalResourceId ?? logicalId;
}

function ofType(type: string, parameters: Record<string, string> = {}): [string, JsonObject][] {
  return [...declared(parameters)].flatMap(([id, found]) =>
    found.type === type ? [[id, found.properties] as [string, JsonObject]] : [],
  );
}

/** Rules by their ids, as the emulator has them. */
async function ruleOf(logicalId: string, bus?: string) {
  const name = physical(logicalId).split('|').at(-1);
  const events = emulator.client(CloudWatchEventsClient);
  const rule = await events.send(new DescribeRuleCommand({ Name: name, EventBusName: bus }));
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: name, EventBusName: bus }));
  return { ...rule, Targets };
}

beforeAll(async () => {
  emulator = await Emulator.start();
  PARAMETERS.EfsToEfsSourceFileSystemId = await fileSystem();
  await emulator.sam('build');
});

/** The file system that EFS-to-EFS is to back up: another owner's, so it is there before the stack. */
async function fileSystem(): Promise<string> {
  const efs = emulator.client(EFSClient);
  const { FileSystemId = '' } = await efs.send(
    new CreateFileSystemCommand({ CreationToken: 'source', Encrypted: true }),
  );
  await efs.send(new CreateMountTargetCommand({ FileSystemId, SubnetId: SUBNET }));
  return FileSystemId;
}

afterAll(() => emulator?.stop());

describe('The build by SAM', () => {
  it('makes the bundles that `npm run build` makes', () => {
    const out = mkdtempSync(join(tmpdir(), 'build-'));
    const { status, stderr } = spawnSync('npm', ['run', '--silent', 'build', '--', '--out', out], { encoding: 'utf8' });

    expect({ status, stderr }).toMatchObject({ status: 0 });
    const built = hashes('.aws-sam/build');
    expect(Object.keys(built).length).toBeGreaterThan(50);
    expect(built).toEqual(hashes(out));
    rmSync(out, { recursive: true });
  });

  function hashes(folder: string): Record<string, string> {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => /\.(js|pyz)$/.test(path));
    const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
    return Object.fromEntries(paths.map((path) => [relative(folder, path), hash(path)]));
  }
});

describe('A stack that was created', () => {
  beforeAll(() => deploy({}));

  it('has every resource that the template declares, and no other', () => {
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect([...deployed.keys()].sort()).toEqual([...declared().keys()].sort());
    const types = [...deployed].map(([id, { ResourceType }]) => `${id} ${ResourceType}`);
    expect(types.sort()).toEqual([...declared()].map(([id, { type }]) => `${id} ${type}`).sort());
  });

  it('has the tables with their keys and indexes, though MiniStack drops their time to live', async () => {
    const dynamodb = emulator.client(DynamoDBClient);
    for (const [id, properties] of ofType('AWS::DynamoDB::Table')) {
      const TableName = physical(id);
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
      const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      }));

      expect({ id, KeySchema: Table?.KeySchema }).toEqual({ id, KeySchema: properties.KeySchema });
      expect(Table?.BillingModeSummary?.BillingMode).toBe(properties.BillingMode);
      expect(indexes).toEqual(properties.GlobalSecondaryIndexes ?? []);
      expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
    }
  });

  it('has the topic, though MiniStack drops its key, and the queue with its retention; both refuse plain HTTP', async () => {
    const topic = await emulator
      .client(SNSClient)
      .send(new GetTopicAttributesCommand({ TopicArn: physical('NotificationTopic') }));
    const QueueUrl = physical('FailedEventsQueue');
    const queue = await emulator
      .client(SQSClient)
      .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

    expect(topic.Attributes?.KmsMasterKeyId).toBeUndefined();
    expect(queue.Attributes?.MessageRetentionPeriod).toBe('1209600');
    const all = declared();
    for (const [policyId, text] of [
      ['NotificationTopicPolicy', topic.Attributes?.Policy],
      ['FailedEventsQueuePolicy', queue.Attributes?.Policy],
    ] as const)
      expect(JSON.parse(text ?? '{}')).toEqual(all.get(policyId)?.properties.PolicyDocument);
  });

  it('has the buses and vaults', async () => {
    for (const [id, { Name }] of ofType('AWS::Events::EventBus')) {
      const bus = await emulator
        .client(CloudWatchEventsClient)
        .send(new DescribeEventBusCommand({ Name: physical(id) }));
      expect(bus.Name).toBe(Name);
    }
    for (const [, { BackupVaultName }] of ofType('AWS::Backup::BackupVault')) {
      const vault = await emulator
        .client(BackupClient)
        .send(new DescribeBackupVaultCommand({ BackupVaultName: String(BackupVaultName) }));
      expect(vault.BackupVaultName).toBe(BackupVaultName);
    }
  });

  it('has the rules with their patterns, schedules, states, targets and queues', async () => {
    for (const [id, properties] of ofType('AWS::Events::Rule')) {
      const {
        EventPattern,
        ScheduleExpression,
        State,
        Targets = [],
      } = await ruleOf(id, properties.EventBusName as string | undefined);
      expect({ id, pattern: EventPattern && JSON.parse(EventPattern) }).toEqual({
        id,
        pattern: properties.EventPattern,
      });
      expect(ScheduleExpression || undefined).toBe(properties.ScheduleExpression);
      expect(State).toBe(properties.State ?? 'ENABLED');
      const wanted = properties.Targets as JsonObject[];
      // The ids of the targets are SAM's own choice.
      const pick = ({ Arn, DeadLetterConfig }: { Arn?: unknown; DeadLetterConfig?: unknown }) => ({
        Arn,
        DeadLetterConfig,
      });
      expect(Targets.map(pick)).toEqual(wanted.map(pick));
    }
  });

  it('has the schedules, and they are off', async () => {
    const scheduler = emulator.client(SchedulerClient);
    for (const [id, properties] of ofType('AWS::Scheduler::Schedule')) {
      const schedule = await scheduler.send(new GetScheduleCommand({ Name: physical(id) }));
      const { ScheduleExpression, ScheduleExpressionTimezone, State, Target } = schedule;
      const { Arn, RoleArn, Input } = properties.Target as JsonObject;
      expect({ id, ScheduleExpression, ScheduleExpressionTimezone, State }).toEqual({
        id,
        ScheduleExpression: properties.ScheduleExpression,
        ScheduleExpressionTimezone: properties.ScheduleExpressionTimezone,
        State: 'DISABLED',
      });
      expect(Target).toMatchObject({ Arn, RoleArn, Input });
    }
  });

  it('has the state machines with every placeholder filled in', async () => {
    for (const [id] of ofType('AWS::StepFunctions::StateMachine')) {
      const { definition = '' } = await emulator
        .client(SFNClient)
        .send(new DescribeStateMachineCommand({ stateMachineArn: physical(id) }));
      const functions = [...definition.matchAll(/arn:aws:lambda:[^"]+:function:([^"]+)/g)].map(([, name]) => name);
      expect({ id, left: /\$\{\w+\}/.exec(definition) }).toEqual({ id, left: null });
      const names = [...deployed.values()].map(({ PhysicalResourceId }) => PhysicalResourceId);
      expect(functions.filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  it('has the functions with their settings, though MiniStack does not tell their reserved concurrency', async () => {
    const lambda = emulator.client(LambdaClient);
    for (const [id, properties] of ofType('AWS::Lambda::Function')) {
      const { Configuration, Concurrency } = await lambda.send(new GetFunctionCommand({ FunctionName: physical(id) }));
      const { Handler, MemorySize, Timeout, Environment } = Configuration ?? {};
      expect({ id, Handler, MemorySize, Timeout, Environment }).toEqual({
        id,
        Handler: properties.Handler,
        MemorySize: Number(properties.MemorySize),
        Timeout: Number(properties.Timeout),
        Environment: properties.Environment,
      });
      expect(Configuration).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Configuration?.TracingConfig).toEqual({ Mode: 'Active' });
      expect(Concurrency).toBeUndefined();
    }
  });

  it('has functions that all answer the events of runs, each of them at least one', async () => {
    // Prepare: what most events are about.
    await emulator.client(BackupClient).send(new CreateBackupVaultCommand({ BackupVaultName: 'nightly' }));
    await emulator.client(DynamoDBClient).send(
      new CreateTableCommand({
        TableName: 'ParksAr',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const events = new Map<string, RecordedEvent>();
    const functions = ofType('AWS::Lambda::Function').map(([id]) => id);
    const note = (recorded: RecordedEvent) => {
      // Some functions are there only with a schedule.
      if (!functions.includes(recorded.logicalId)) return;
      const key = `${recorded.logicalId} ${kindOf(recorded.event)}`;
      if (!events.has(key)) events.set(key, recorded);
    };
    for (const run of RUNS) for (const recorded of await recordEvents(run)) note(recorded);
    for (const asked of BY_PEOPLE) note(asked);
    const lambda = emulator.client(LambdaClient);

    // Act
    const answers: Record<string, string> = {};
    for (const [key, { logicalId, event }] of events) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: physical(logicalId), Payload: Buffer.from(JSON.stringify(event)) }),
      );
      const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
      const message = String(answer?.errorMessage);
      const isRefusal = REFUSALS.some((refusal) => refusal.test(message));
      answers[key] = FunctionError ? (isRefusal ? 'refuses' : message) : 'answers';
    }

    // Assess
    const invoked = [...events.values()].map(({ logicalId }) => logicalId);
    expect(functions.filter((id) => !invoked.includes(id))).toEqual([]);
    expect(Object.entries(answers).filter(([, answer]) => !/^(answers|refuses)$/.test(answer))).toEqual([]);
    const answering = Object.values(answers).filter((answer) => answer === 'answers').length;
    expect(answering / events.size).toBeGreaterThan(0.5);
  });

  it('matches the events that it waits for, and no others', async () => {
    const events = emulator.client(CloudWatchEventsClient);
    const { EventPattern } = await ruleOf('CloseRunFunctionExecutionIsOver');
    const matches = async (detail: object) => {
      const event = {
        ...{ id: '1', version: '0', account: ACCOUNT, region: REGION, time: '2026-11-20T22:00:00Z', resources: [] },
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        detail,
      };
      const { Result } = await events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }));
      return Result;
    };
    const stateMachineArn = physical('EfsBackupStateMachine');

    expect(await matches({ status: 'ABORTED', stateMachineArn })).toBe(true);
    expect(await matches({ status: 'SUCCEEDED', stateMachineArn })).toBe(false);
    expect(await matches({ status: 'ABORTED', stateMachineArn: `${stateMachineArn}-of-others` })).toBe(false);
  });
});

describe('A stack that was updated', () => {
  const CHANGES = {
    NotifyOnSuccess: 'Yes',
    EfsBackupScheduleState: 'ENABLED',
    NotificationTopicArn: arn('sns', 'given'),
    SecondPerson: 'Required',
    ItemRestore: 'No',
  };
  let before: Map<string, StackResourceSummary>;

  beforeAll(async () => {
    before = deployed;
    await deploy(CHANGES);
  });

  it('has what the parameters add and not what they take away', () => {
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect([...deployed.keys()].sort()).toEqual([...declared(CHANGES).keys()].sort());
    expect(deployed.has('EfsBackupMissedAlarm')).toBe(true);
    expect(deployed.has('NotificationTopic')).toBe(false);
    expect(deployed.has('DynamodbItemRestoreStateMachine')).toBe(false);
  });

  it('answers at the function URL only who signs, and refuses whom Lambda does not name', async () => {
    // MiniStack asks for a signature and does not say whose it is: the function takes no answer without a principal.
    const { OutputValue = '' } = stack.Outputs?.find(({ OutputKey }) => OutputKey === 'AnswerAsSecondPersonUrl') ?? {};
    const { hostname } = new URL(OutputValue);
    const body = JSON.stringify({ RunId: 'run-1', Approve: true });
    const headers = { host: hostname, 'content-type': 'application/json' };
    const signer = await emulator.client(LambdaClient).config.signer();
    const signed = await signer.sign({ method: 'POST', protocol: 'https:', hostname, path: '/', headers, body });

    expect(await post(headers, body)).toMatchObject({ status: 403 });
    expect(await post(signed.headers, body)).toEqual({ status: 403, text: expect.stringContaining('function URL') });
  });

  /** Posts to the emulator under the name of another host. */
  function post(headers: Record<string, string>, body: string): Promise<{ status?: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(emulator.endpoint, { method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  it('keeps the tables and their runs', async () => {
    for (const [id] of ofType('AWS::DynamoDB::Table')) expect(physical(id)).toBe(before.get(id)?.PhysicalResourceId);
    const { Count } = await emulator.client(DynamoDBClient).send(new ScanCommand({ TableName: physical('RunsTable') }));
    expect(Count).toBeGreaterThan(0);
  });

  it('turns the schedule on and tells the functions', async () => {
    const schedule = await emulator
      .client(SchedulerClient)
      .send(new GetScheduleCommand({ Name: physical('EfsBackupSchedule') }));
    const { Configuration } = await emulator
      .client(LambdaClient)
      .send(new GetFunctionCommand({ FunctionName: physical('ReportRunFunction') }));

    expect(schedule.State).toBe('ENABLED');
    expect(Configuration?.Environment?.Variables).toMatchObject({
      NOTIFY_ON_SUCCESS: 'Yes',
      NOTIFICATION_TOPIC_ARN: CHANGES.NotificationTopicArn,
    });
  });
});

describe('A stack that was deleted', () => {
  it('leaves nothing behind but what it is to retain', async () => {
    await emulator.sam('delete', '--stack-name', STACK, '--no-prompts');

    const { Functions } = await emulator.client(LambdaClient).send(new ListFunctionsCommand({}));
    const { TableNames = [] } = await emulator.client(DynamoDBClient).send(new ListTablesCommand({}));
    expect(Functions).toEqual([]);
    const kept = TableNames.filter((name) => name.startsWith(STACK));
    expect(kept).toEqual([physical('RunsTable')]);
  });
});
