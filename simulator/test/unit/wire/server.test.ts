import type { AddressInfo, Server } from 'node:net';
import { BackupClient, DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CopyImageCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Account } from '../../../account';
import { serveAccount } from '../../../wire/server';

const REGION = 'eu-west-1';
const ROLE = {
  RoleName: 'reader',
  TrustedServices: [],
  TrustedPrincipals: ['arn:aws:iam::111122223333:root'],
  ManagedPolicies: [],
  Policies: {},
};
const owner = { accessKeyId: 'local', secretAccessKey: 'local' };

type ClientClass<C> = new (config: never) => C;

describe('The account that is served on a port', () => {
  let account: Account;
  let server: Server;
  let isOver = false;
  let time: Promise<void>;

  beforeAll(async () => {
    // The SDK's own connections hold timers of real time, which the virtual clock remarks on.
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    account = new Account({ seed: 1 });
    account.region().ec2.load({ instances: [{ InstanceId: 'i-0000000000000000a' }] });
    account.region().backup.load({ vaults: [{ BackupVaultName: 'nightly' }] });
    account.region().iam.load({ roles: [ROLE] });
    server = serveAccount(account);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    time = account.clock.runAtPace(600, () => isOver);
  });

  afterAll(async () => {
    isOver = true;
    await time;
    server.close();
    account.close();
    jest.restoreAllMocks();
  });

  function client<C>(Client: ClientClass<C>, credentials: object = owner): C {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new Client({ region: REGION, endpoint, credentials, maxAttempts: 1 } as never);
  }

  it('answers in the protocol of each service', async () => {
    const [tables, instances, vault] = await Promise.all([
      client(DynamoDBClient).send(new ListTablesCommand({})),
      client(EC2Client).send(new DescribeInstancesCommand({})),
      client(BackupClient).send(new DescribeBackupVaultCommand({ BackupVaultName: 'nightly' })),
    ]);

    expect(tables.TableNames).toEqual([]);
    expect(instances.Reservations?.[0]?.Instances?.[0]?.InstanceId).toBe('i-0000000000000000a');
    expect(vault.BackupVaultName).toBe('nightly');
  });

  it("refuses in the service's own words", async () => {
    await expect(client(LambdaClient).send(new InvokeCommand({ FunctionName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: none',
    });
    await expect(
      client(CloudFormationClient).send(new DescribeStacksCommand({ StackName: 'none' })),
    ).rejects.toMatchObject({ name: 'ValidationError', message: 'Stack with id none does not exist' });
  });

  it('says what is not simulated, and continues', async () => {
    const copy = new CopyImageCommand({ Name: 'a', SourceImageId: 'ami-1', SourceRegion: REGION });

    await expect(client(EC2Client).send(copy)).rejects.toMatchObject({
      name: 'SimulatorError',
      message: 'ec2:CopyImage is not simulated.',
    });

    expect((await client(DynamoDBClient).send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  it('lets schedules be made and read', async () => {
    const target = { Arn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:none', RoleArn: 'arn:aws:iam::1:role/x' };
    await client(SchedulerClient).send(
      new CreateScheduleCommand({
        Name: 'nightly',
        ScheduleExpression: 'cron(0 2 * * ? *)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: target,
        State: 'DISABLED',
      }),
    );

    const schedule = await client(SchedulerClient).send(new GetScheduleCommand({ Name: 'nightly' }));

    expect(schedule).toMatchObject({ State: 'DISABLED', Target: target, CreationDate: expect.any(Date) });
  });

  it('knows who assumed a role, and holds him to its policies until his time is over', async () => {
    const { Credentials } = await client(STSClient).send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::111122223333:role/reader',
        RoleSessionName: 'me',
        DurationSeconds: 900,
      }),
    );
    const session = {
      accessKeyId: Credentials?.AccessKeyId,
      secretAccessKey: Credentials?.SecretAccessKey,
      sessionToken: Credentials?.SessionToken,
    };

    const { Arn } = await client(STSClient, session).send(new GetCallerIdentityCommand({}));
    const asking = () => client(DynamoDBClient, session).send(new ListTablesCommand({}));

    expect(Arn).toBe('arn:aws:sts::111122223333:assumed-role/reader/me');
    await expect(asking()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await account.clock.sleep(900);
    await expect(asking()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });
});
