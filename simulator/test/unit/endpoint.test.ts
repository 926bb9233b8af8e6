import { BackupClient, DescribeBackupJobCommand, ResourceNotFoundException } from '@aws-sdk/client-backup';
import {
  DynamoDBClient,
  GetItemCommand,
  ResourceNotFoundException as TableNotFoundException,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  EC2Client,
  EC2ServiceException,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import { InvalidInstanceId, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Account } from '../../account';
import { SimulatorError } from '../../errors';
import type { Fault } from '../../faults';
import { allowing, putRoles, roleArn } from './iam/roles';

const InstanceId = 'i-0000000000000000a';

let account: Account;

function start(faults: Fault[] = []): void {
  account = new Account({ seed: 1, faults, wire: true });
  account.region().ec2.load({ instances: [{ InstanceId, State: 'stopped' }] });
}

afterEach(() => account.close());

const settled = <T>(asking: Promise<T>) => account.clock.runUntil(asking, 3600);
const outcomes = () => account.endpoint.calls.map(({ outcome }) => outcome);
const describeInstances = (client = account.endpoint.client(EC2Client)) =>
  settled(client.send(new DescribeInstancesCommand({})));

describe('The real SDK', () => {
  it('tries again after a throttle, in virtual time', async () => {
    start([{ call: 'ec2:DescribeInstances', fault: 'throttle', times: 2 }]);

    await describeInstances();

    expect(outcomes()).toEqual(['RequestLimitExceeded', 'RequestLimitExceeded', 'ok']);
    expect(account.clock.now).toBeGreaterThan(Date.parse('2026-11-20T22:00:00Z'));
  });

  it('gives up after three attempts, or as many as its client may make', async () => {
    start([{ call: 'ec2:DescribeInstances', fault: 'serverError', times: 'always' }]);
    const host = { caller: account.root, region: 'eu-west-1' };
    const impatient = new EC2Client({ ...account.endpoint.clientConfig('EC2Client', host), maxAttempts: 1 } as never);

    await expect(describeInstances()).rejects.toMatchObject({ name: 'InternalError', $metadata: { attempts: 3 } });
    await expect(describeInstances(impatient)).rejects.toMatchObject({ $metadata: { attempts: 1 } });

    expect(outcomes()).toHaveLength(4);
  });

  it('does not repeat what is no use to repeat', async () => {
    start();
    const ec2 = account.endpoint.client(EC2Client);

    const asking = settled(ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })));

    await expect(asking).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    expect(outcomes()).toEqual(['InvalidInstanceID.NotFound']);
  });

  it('throws its own exception classes, with what AWS says', async () => {
    start();
    const { endpoint } = account;
    const table = settled(
      endpoint.client(DynamoDBClient).send(new GetItemCommand({ TableName: 'None', Key: { id: { S: '1' } } })),
    );
    await expect(table).rejects.toBeInstanceOf(TableNotFoundException);
    const job = settled(endpoint.client(BackupClient).send(new DescribeBackupJobCommand({ BackupJobId: 'none' })));
    await expect(job).rejects.toBeInstanceOf(ResourceNotFoundException);
    const role = settled(endpoint.client(IAMClient).send(new GetRoleCommand({ RoleName: 'none' })));
    await expect(role).rejects.toBeInstanceOf(NoSuchEntityException);
    const command = settled(
      endpoint.client(SSMClient).send(
        new SendCommandCommand({
          DocumentName: 'AWS-RunShellScript',
          InstanceIds: ['i-0123456789abcdef0'],
          Parameters: { commands: ['x'] },
        }),
      ),
    );
    await expect(command).rejects.toBeInstanceOf(InvalidInstanceId);
    // EC2 models no exceptions.
    const instance = settled(
      endpoint.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })),
    );
    await expect(instance).rejects.toBeInstanceOf(EC2ServiceException);
    await expect(instance).rejects.toMatchObject({
      message: "The instance ID 'i-0123456789abcdef0' does not exist",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });
});

describe('A request', () => {
  it('takes a moment, and is remembered with who made it', async () => {
    start();

    await describeInstances();

    const [call] = account.endpoint.calls;
    expect(call).toMatchObject({
      principalArn: account.root.principalArn,
      call: 'ec2:DescribeInstances',
      resource: '*',
    });
    expect(account.clock.now).toBeGreaterThanOrEqual(Date.parse('2026-11-20T22:00:00Z') + 10);
    expect(account.endpoint.callCounts()).toEqual({ 'ec2:DescribeInstances': 1 });
  });

  it('is refused in the words of its service when a role may not make it, and changes nothing', async () => {
    start();
    putRoles(account, { starter: { inline: { read: allowing('ec2:DescribeInstances') } } });
    const caller = { principalArn: roleArn(account, 'starter'), accountId: account.id };
    const ec2 = account.endpoint.client(EC2Client, { caller });

    await describeInstances(ec2);
    const starting = settled(ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] })));

    await expect(starting).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringContaining('ec2:StartInstances'),
      $metadata: { httpStatusCode: 403 },
    });
    expect(account.region().ec2.instance(InstanceId)?.state).toBe('stopped');
  });

  it('is throttled when there were too many, and let through again as time passes', async () => {
    start();
    const { ec2 } = account.region();
    const burst = ec2.rates.StartInstances.burst;
    const ask = () => account.endpoint.request(ec2, 'StartInstances', { InstanceIds: [InstanceId] }, account.root);

    await settled(Promise.all(Array.from({ length: burst }, ask)));
    await expect(settled(ask())).rejects.toMatchObject({ code: 'RequestLimitExceeded', status: 503 });
    await settled(account.clock.sleep(1));
    await settled(ask());

    expect(outcomes().filter((outcome) => outcome !== 'ok')).toEqual(['RequestLimitExceeded']);
  });

  it('has rates of its own in every region', async () => {
    start();
    const ask = (region: string) => {
      const { ec2 } = account.region(region);
      return account.endpoint.request(ec2, 'DescribeInstances', {}, account.root);
    };

    const here = await settled(Promise.allSettled(Array.from({ length: 120 }, () => ask('eu-west-1'))));

    expect(here.some(({ status }) => status === 'rejected')).toBe(true);
    await expect(settled(ask('eu-central-1'))).resolves.toMatchObject({ Reservations: [] });
  });
});

describe('A gap of the simulation', () => {
  it.each([
    ['an operation', new DescribeKeyPairsCommand({}), 'ec2:DescribeKeyPairs is not simulated'],
    ['a parameter', new DescribeInstancesCommand({ Filters: [{ Name: 'vpc-id', Values: ['x'] }] }), 'vpc-id'],
  ])('in %s ends the run, whatever the caller makes of it', async (_what, command, message) => {
    start();
    const ec2 = account.endpoint.client(EC2Client);
    const swallowing = ec2.send(command as DescribeKeyPairsCommand).catch(() => 'swallowed');

    const running = settled(swallowing.then(() => account.clock.sleep(10)));

    await expect(running).rejects.toThrow(SimulatorError);
    await expect(running).rejects.toThrow(message);
  });
});
