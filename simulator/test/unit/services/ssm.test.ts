import { Account } from '../../../account';
import type { WorldInstance } from '../../../services/ec2/world';

const ids = ['i-0a00000000000000a', 'i-0b00000000000000b', 'i-0c00000000000000c'];
const [first = '', second = '', third = ''] = ids;
const script = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['freeze.sh'] } };

let account: Account;
let events: { source: string; 'detail-type': string; resources: string[]; detail: unknown }[];

function start(instances: WorldInstance[]) {
  account = new Account({ seed: 1 });
  events = [];
  account.region().events.emit = (event) => void events.push(event);
  account.region().ec2.load({ instances });
  return account.region();
}

const pass = (seconds: number) => account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);

afterEach(() => account.close());

test('a command runs on an online instance and its invocation ends in success', async () => {
  const { ssm } = start([
    { InstanceId: first, Scripts: [{ Contains: 'freeze', Status: 'Success', Seconds: 20, Output: 'frozen' }] },
  ]);

  const commandId = ssm.SendCommand({ ...script, InstanceIds: [first] }).Command?.CommandId ?? '';
  const atOnce = ssm.ListCommandInvocations({ CommandId: commandId }).CommandInvocations;
  await pass(10);
  const during = ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first });
  await pass(30);
  const after = ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first });

  expect(atOnce).toEqual([]);
  expect(during).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
  expect(after).toMatchObject({ Status: 'Success', ResponseCode: 0, StandardOutputContent: 'frozen' });
  expect(ssm.ListCommands({ CommandId: commandId }).Commands?.[0]).toMatchObject({
    Status: 'Success',
    CompletedCount: 1,
  });
  expect(ssm.ranScripts).toMatchObject([{ instanceId: first, commandLine: 'freeze.sh', status: 'Success' }]);
  expect(events.map((event) => (event.detail as { status: string }).status)).toEqual([
    'InProgress',
    'InProgress',
    'Success',
    'Success',
  ]);
});

test('right after SendCommand the invocation does not exist', () => {
  const { ssm } = start([{ InstanceId: first }]);
  const commandId = ssm.SendCommand({ ...script, InstanceIds: [first] }).Command?.CommandId ?? '';

  expect(() => ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first })).toThrow(
    expect.objectContaining({ code: 'InvocationDoesNotExist' }),
  );
});

test('a list of commands shows a new one a moment late', async () => {
  const { ssm } = start([{ InstanceId: first }]);
  const commandId = ssm.SendCommand({ ...script, InstanceIds: [first] }).Command?.CommandId;

  const atOnce = ssm.ListCommands({}).Commands;
  await pass(3);

  expect(atOnce).toEqual([]);
  expect(ssm.ListCommands({}).Commands?.map(({ CommandId }) => CommandId)).toEqual([commandId]);
});

test('a filter by time takes whole seconds in UTC only', async () => {
  const { ssm } = start([{ InstanceId: first }]);
  ssm.SendCommand({ ...script, InstanceIds: [first] });
  await pass(3);
  const since = (value: string) => ssm.ListCommands({ Filters: [{ key: 'InvokedAfter', value }] }).Commands;

  expect(since('2026-11-20T22:00:00Z')).toHaveLength(1);
  expect(since('2026-11-20T22:00:01Z')).toHaveLength(0);
  expect(() => since('2026-11-20T22:00:00.000Z')).toThrow('YYYY-MM-DDThh:mm:ssZ');
});

test.each([
  ['Failed', 'Failed', 'Failed', 'Failed', 3],
  ['TimedOut', 'TimedOut', 'ExecutionTimedOut', 'TimedOut', -1],
  ['Undeliverable', 'Failed', 'Undeliverable', 'Success', -1],
  ['DeliveryTimedOut', 'TimedOut', 'DeliveryTimedOut', 'TimedOut', -1],
  ['Cancelled', 'Cancelled', 'Cancelled', 'Failed', -1],
] as const)('a script declared %s ends as %s / %s', async (Status, status, details, commandStatus, code) => {
  const { ssm } = start([{ InstanceId: first, Scripts: [{ Contains: 'freeze', Status, ExitCode: code }] }]);

  const commandId = ssm.SendCommand({ ...script, InstanceIds: [first], TimeoutSeconds: 60 }).Command?.CommandId ?? '';
  await pass(4000);

  expect(ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first })).toMatchObject({
    Status: status,
    StatusDetails: details,
    ResponseCode: code,
  });
  expect(ssm.ListCommands({ CommandId: commandId }).Commands?.[0]?.Status).toBe(commandStatus);
});

test('a script declared NoInvocation is never listed', async () => {
  const { ssm } = start([{ InstanceId: first, Scripts: [{ Contains: 'freeze', Status: 'NoInvocation' }] }]);

  const commandId = ssm.SendCommand({ ...script, InstanceIds: [first] }).Command?.CommandId ?? '';
  await pass(600);

  expect(ssm.ListCommandInvocations({ CommandId: commandId }).CommandInvocations).toEqual([]);
});

test('a command to a stopped instance waits, delayed, and runs once the agent is online', async () => {
  const region = start([{ InstanceId: first, State: 'stopped', StartSeconds: 10, SsmOnlineSeconds: 30 }]);

  const commandId = region.ssm.SendCommand({ ...script, InstanceIds: [first] }).Command?.CommandId ?? '';
  await pass(30);
  const waiting = region.ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first });
  region.ec2.StartInstances({ InstanceIds: [first] });
  await pass(30);
  const booting = region.ssm.DescribeInstanceInformation({}).InstanceInformationList?.[0];
  await pass(60);

  expect(waiting.Status).toBe('Delayed');
  expect(booting?.PingStatus).toBe('ConnectionLost');
  expect(region.ssm.DescribeInstanceInformation({}).InstanceInformationList?.[0]?.PingStatus).toBe('Online');
  expect(region.ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first }).Status).toBe('Success');
});

test('a script whose instance stops under it times out when its execution time is over', async () => {
  const region = start([{ InstanceId: first, Scripts: [{ Contains: 'freeze', Status: 'Success', Seconds: 100 }] }]);

  const commandId =
    region.ssm.SendCommand({
      DocumentName: 'AWS-RunShellScript',
      Parameters: { commands: ['freeze.sh'], executionTimeout: ['300'] },
      InstanceIds: [first],
    }).Command?.CommandId ?? '';
  await pass(10);
  region.ec2.StopInstances({ InstanceIds: [first] });
  await pass(200);
  const hanging = region.ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first }).Status;
  await pass(200);

  expect(hanging).toBe('InProgress');
  expect(region.ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first }).StatusDetails).toBe(
    'ExecutionTimedOut',
  );
});

test('an error beyond MaxErrors terminates the instances that were not sent to yet', async () => {
  const { ssm } = start([
    { InstanceId: first, Scripts: [{ Contains: 'freeze', Status: 'Failed' }] },
    { InstanceId: second },
    { InstanceId: third },
  ]);

  const commandId = ssm.SendCommand({ ...script, InstanceIds: ids, MaxConcurrency: '1' }).Command?.CommandId ?? '';
  await pass(60);

  const invocations = ssm.ListCommandInvocations({ CommandId: commandId }).CommandInvocations ?? [];
  expect(invocations.map((invocation) => invocation.StatusDetails)).toEqual(['Failed', 'Terminated', 'Terminated']);
  expect(ssm.ranScripts).toHaveLength(1);
});

test('MaxErrors at 100% lets every instance have its turn', async () => {
  const { ssm } = start([
    { InstanceId: first, Scripts: [{ Contains: 'freeze', Status: 'Failed' }] },
    { InstanceId: second },
    { InstanceId: third },
  ]);

  const commandId =
    ssm.SendCommand({ ...script, InstanceIds: ids, MaxConcurrency: '1', MaxErrors: '100%' }).Command?.CommandId ?? '';
  await pass(60);

  expect(ssm.ranScripts).toHaveLength(3);
  expect(ssm.ListCommands({ CommandId: commandId }).Commands?.[0]).toMatchObject({
    Status: 'Failed',
    StatusDetails: 'Incomplete',
  });
});

test('CancelCommand stops a running script', async () => {
  const { ssm } = start([{ InstanceId: first, Scripts: [{ Contains: 'freeze', Status: 'Success', Seconds: 600 }] }]);

  const commandId = ssm.SendCommand({ ...script, InstanceIds: [first] }).Command?.CommandId ?? '';
  await pass(20);
  ssm.CancelCommand({ CommandId: commandId });
  const cancelling = ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first }).Status;
  await pass(10);

  expect(cancelling).toBe('Cancelling');
  expect(ssm.ListCommands({ CommandId: commandId }).Commands?.[0]?.Status).toBe('Cancelled');
  expect(ssm.ranScripts[0]?.status).toBe('Cancelled');
});

test('an instance that SSM does not manage is refused by name', () => {
  const { ssm } = start([{ InstanceId: first, Ssm: 'Unmanaged' }, { InstanceId: second }]);

  expect(() => ssm.SendCommand({ ...script, InstanceIds: [first, second] })).toThrow(
    `Instances [[${first}]] not in a valid state for account 111122223333`,
  );
});

test.each([
  ['a delivery timeout below 30 seconds', { TimeoutSeconds: 29 }, 'ValidationException'],
  ['an unknown parameter', { Parameters: { commands: ['x'], colour: ['red'] } }, 'InvalidParameters'],
  [
    'an execution timeout that is no number',
    { Parameters: { commands: ['x'], executionTimeout: ['soon'] } },
    'InvalidParameters',
  ],
  ['no commands', { Parameters: {} }, 'InvalidParameters'],
  ['an unknown document', { DocumentName: 'NoSuchDocument' }, 'InvalidDocument'],
  ['more than 50 ids', { InstanceIds: Array.from({ length: 51 }, () => first) }, 'ValidationException'],
])('SendCommand refuses %s', (_what, change, code) => {
  const { ssm } = start([{ InstanceId: first }]);

  expect(() => ssm.SendCommand({ ...script, InstanceIds: [first], ...change })).toThrow(
    expect.objectContaining({ code }),
  );
});

test('AWS-RunRemoteScript runs the step of the platform and skips the other', async () => {
  const { ssm } = start([{ InstanceId: first, Platform: 'Windows' }]);

  const commandId =
    ssm.SendCommand({
      DocumentName: 'AWS-RunRemoteScript',
      Parameters: {
        sourceType: ['S3'],
        sourceInfo: ['{"path":"https://bucket.s3.amazonaws.com/freeze.ps1"}'],
        commandLine: ['freeze.ps1'],
        workingDirectory: ['C:\\scripts'],
      },
      InstanceIds: [first],
    }).Command?.CommandId ?? '';
  await pass(30);

  const [invocation] = ssm.ListCommandInvocations({ CommandId: commandId, Details: true }).CommandInvocations ?? [];
  expect(invocation?.CommandPlugins?.map(({ Name }) => Name)).toEqual([
    'downloadContent',
    'runPowerShellScript',
    'runShellScript',
  ]);
  expect(invocation?.CommandPlugins?.[2]?.Output).toContain('skipped');
  expect(ssm.ranScripts).toMatchObject([{ commandLine: 'freeze.ps1', workingDirectory: 'C:\\scripts' }]);
});

test('targets by tag reach the managed instances that carry it', async () => {
  const { ssm } = start([
    { InstanceId: first, Tags: { backup: 'yes' } },
    { InstanceId: second, Tags: { backup: 'yes' }, Ssm: 'Unmanaged' },
    { InstanceId: third, Tags: { backup: 'no' } },
  ]);

  ssm.SendCommand({ ...script, Targets: [{ Key: 'tag:backup', Values: ['yes'] }] });
  await pass(30);

  expect(ssm.ranScripts.map(({ instanceId }) => instanceId)).toEqual([first]);
});

test('invocations and managed nodes come in pages', async () => {
  const fleet = Array.from({ length: 70 }, (_, index) => ({
    InstanceId: `i-${index.toString(16).padStart(17, '0')}`,
    Tags: { fleet: 'a' },
  }));
  const { ssm } = start(fleet);

  ssm.SendCommand({ ...script, Targets: [{ Key: 'tag:fleet', Values: ['a'] }] });
  await pass(60);
  const page = ssm.ListCommandInvocations({});
  const rest = ssm.ListCommandInvocations({ NextToken: page.NextToken });

  expect([page.CommandInvocations?.length, rest.CommandInvocations?.length, rest.NextToken]).toEqual([
    50,
    20,
    undefined,
  ]);
  expect(ssm.DescribeInstanceInformation({ MaxResults: 50 }).NextToken).toBeDefined();
});

test('SendCommand needs the document and every instance', () => {
  const { ssm } = start([{ InstanceId: first, Tags: { backup: 'yes' } }]);

  expect(ssm.access('SendCommand', { ...script, InstanceIds: [first] })).toEqual([
    { action: 'ssm:SendCommand', resource: 'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript' },
    {
      action: 'ssm:SendCommand',
      resource: `arn:aws:ec2:eu-west-1:111122223333:instance/${first}`,
      context: { 'aws:ResourceTag/backup': 'yes', 'ssm:resourceTag/backup': 'yes' },
    },
  ]);
});

const documentWith = (allowedPattern: string) => ({
  schemaVersion: '2.2',
  description: 'Runs a word.',
  parameters: { Word: { type: 'String', description: 'A word.', allowedPattern } },
  mainSteps: [{ action: 'aws:runShellScript', name: 'Run', inputs: { runCommand: ["freeze.sh '{{ Word }}'"] } }],
});

test.each([
  ['that Go compiles runs', '^[a-z]{1,1000}$', { Status: 'Success', ResponseCode: 0 }],
  [
    'with more than 1,000 repeats is refused by the agent before its first step',
    '^[a-z]{1,1001}$',
    { Status: 'Failed' },
  ],
  ['with a lookahead, which Go has not, is refused by the agent', '^(?!x)[a-z]+$', { Status: 'Failed' }],
])('a document with an allowedPattern %s', async (_what, allowedPattern, expected) => {
  const { ssm } = start([{ InstanceId: first }]);
  ssm.createDocument('OwnDocument', documentWith(allowedPattern));

  const request = { DocumentName: 'OwnDocument', Parameters: { Word: ['word'] }, InstanceIds: [first] };
  const commandId = ssm.SendCommand(request).Command?.CommandId ?? '';
  await pass(30);

  expect(ssm.GetCommandInvocation({ CommandId: commandId, InstanceId: first })).toMatchObject(expected);
  expect(ssm.ranScripts).toHaveLength(expected.Status === 'Success' ? 1 : 0);
});
