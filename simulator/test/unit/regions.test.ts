import { BackupClient, ListBackupVaultsCommand } from '@aws-sdk/client-backup';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Account } from '../../account';
import { loadWorld, parseWorld } from '../../world';

const OTHER_ACCOUNT = '444455556666';

let account: Account;

function start(world: object = {}) {
  const parsed = parseWorld(world);
  account = new Account({ seed: 1, disabledRegions: parsed.disabledRegions, wire: true });
  loadWorld(account, parsed);
}

const outcome = <T>(asking: Promise<T>) => account.clock.runUntil(asking, 2 * 3600);
const backupIn = (region: string) => account.endpoint.client(BackupClient, { region });

afterEach(() => account.close());

test('a region that does not answer ends in a timeout after the SDK has tried three times', async () => {
  start({ unreachableRegions: ['eu-central-1'] });

  const asking = outcome(backupIn('eu-central-1').send(new ListBackupVaultsCommand({})));

  await expect(asking).rejects.toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
  expect(account.endpoint.calls.map(({ call, outcome }) => [call, outcome])).toEqual(
    Array(3).fill(['backup:ListBackupVaults', 'TimeoutError']),
  );
  expect(account.clock.now - Date.parse('2026-11-20T22:00:00Z')).toBeGreaterThan(3 * 127_000);
});

test("a client's own connection timeout shortens the wait", async () => {
  start({ unreachableRegions: ['eu-central-1'] });
  const host = { caller: account.root, region: 'eu-central-1', connectionTimeoutMs: 2000 };
  const backup = new BackupClient(account.endpoint.clientConfig('BackupClient', host) as never);

  await expect(outcome(backup.send(new ListBackupVaultsCommand({})))).rejects.toMatchObject({ name: 'TimeoutError' });

  expect(account.clock.now - Date.parse('2026-11-20T22:00:00Z')).toBeLessThan(10_000);
});

test('a region can stop answering, and answer again, during a run', async () => {
  start({ vaults: [{ BackupVaultName: 'recovery', Region: 'eu-central-1' }] });
  const ask = () => outcome(backupIn('eu-central-1').send(new ListBackupVaultsCommand({})));

  await ask();
  account.unreachableRegions.add('eu-central-1');
  await expect(ask()).rejects.toMatchObject({ name: 'TimeoutError' });
  account.unreachableRegions.delete('eu-central-1');

  expect((await ask()).BackupVaultList).toHaveLength(1);
});

test('a region that does not exist has no address', async () => {
  start();

  const asking = outcome(backupIn('eu-center-1').send(new ListBackupVaultsCommand({})));

  await expect(asking).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('a region that is not enabled refuses any credentials, in the words of the service', async () => {
  start();
  const options = { region: 'af-south-1' };

  await expect(outcome(backupIn('af-south-1').send(new ListBackupVaultsCommand({})))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
    $metadata: { httpStatusCode: 403 },
  });
  await expect(
    outcome(account.endpoint.client(EC2Client, options).send(new DescribeRegionsCommand({}))),
  ).rejects.toMatchObject({ name: 'AuthFailure' });
  await expect(
    outcome(account.endpoint.client(STSClient, options).send(new GetCallerIdentityCommand({}))),
  ).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});

test('DescribeRegions tells which regions exist and which are enabled', async () => {
  start({ disabledRegions: ['eu-south-1'] });
  const RegionNames = ['eu-west-1', 'eu-south-1', 'af-south-1'];

  const { Regions } = await outcome(
    account.endpoint.client(EC2Client).send(new DescribeRegionsCommand({ AllRegions: true, RegionNames })),
  );

  expect(Object.fromEntries((Regions ?? []).map(({ RegionName, OptInStatus }) => [RegionName, OptInStatus]))).toEqual({
    'eu-west-1': 'opt-in-not-required',
    'eu-south-1': 'not-opted-in',
    'af-south-1': 'opted-in',
  });
});

describe('A role of another account', () => {
  const RoleArn = `arn:aws:iam::${OTHER_ACCOUNT}:role/Recovery`;
  const operator = { principalArn: 'arn:aws:iam::111122223333:role/Operator', accountId: '111122223333' };
  const Statement = [{ Effect: 'Allow', Action: 'elasticfilesystem:DescribeFileSystems', Resource: '*' }];

  async function assume() {
    start({
      roles: [
        {
          RoleName: 'Operator',
          TrustedServices: ['lambda.amazonaws.com'],
          Policies: { Assume: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn }] } },
        },
      ],
      otherAccounts: {
        [OTHER_ACCOUNT]: {
          fileSystems: [{ FileSystemId: 'fs-0b00000000000000b' }],
          roles: [
            {
              RoleName: 'Recovery',
              TrustedServices: [],
              TrustedPrincipals: ['arn:aws:iam::111122223333:root'],
              Policies: { Describe: { Version: '2012-10-17', Statement } },
            },
          ],
        },
      },
    });
    const sts = account.endpoint.client(STSClient, { caller: operator });
    const { Credentials } = await outcome(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'run-1' })));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const host = { caller: operator, region: 'eu-west-1' };
    return {
      efs: new EFSClient({ ...account.endpoint.clientConfig('EFSClient', host), credentials } as never),
      backup: new BackupClient({ ...account.endpoint.clientConfig('BackupClient', host), credentials } as never),
    };
  }

  test('reaches what that account has, and may do what its own policies allow', async () => {
    const { efs, backup } = await assume();

    const { FileSystems } = await outcome(efs.send(new DescribeFileSystemsCommand({})));

    expect(FileSystems).toMatchObject([{ FileSystemId: 'fs-0b00000000000000b', OwnerId: OTHER_ACCOUNT }]);
    await expect(outcome(backup.send(new ListBackupVaultsCommand({})))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('is gone after an hour', async () => {
    const { efs } = await assume();

    await outcome(account.clock.sleep(3600));

    await expect(outcome(efs.send(new DescribeFileSystemsCommand({})))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
  });
});
