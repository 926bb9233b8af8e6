import { Night, world as nightWorld } from '../../scenarios/efs-to-efs/night';
import { closeFleet, Fleet, inputByTag, instances, ROLE_ARN } from '../../scenarios/pre-post-backup/fleet';
import { isAllowed } from '../../simulator/iam/authorize';

afterEach(closeFleet);

describe('The vault that the stack creates', () => {
  const vaultOf = (fleet: Fleet) => String(fleet.simulation.stack.outputs.BackupVaultName);
  const into = (BackupVaultName: string, DeleteAfterDays: number) =>
    inputByTag({ BackupDetails: { BackupVaultName, IamRoleArn: ROLE_ARN, Lifecycle: { DeleteAfterDays } } });

  it('is locked for the days of VaultLockMinimumDays, and runs that keep less are refused before anything', async () => {
    const fleet = await Fleet.open({ instances: instances([{}]), parameters: { VaultLockMinimumDays: '7' } });
    const vault = vaultOf(fleet);

    const less = await fleet.run(into(vault, 6), 'less');
    const enough = await fleet.run(into(vault, 7), 'enough');

    expect(fleet.region.backup.DescribeBackupVault({ BackupVaultName: vault })).toMatchObject({
      Locked: true,
      MinRetentionDays: 7,
    });
    expect([less.status, less.cause]).toEqual(['FAILED', expect.stringContaining('7')]);
    expect([enough.status, enough.cause]).toEqual(['SUCCEEDED', '']);
  });

  it('takes backups, and denies everybody to delete them, with ProtectRecoveryPoints', async () => {
    const fleet = await Fleet.open({ instances: instances([{}]), parameters: { ProtectRecoveryPoints: 'Yes' } });
    const vault = vaultOf(fleet);

    const run = await fleet.run(into(vault, 7));

    expect([run.status, run.cause]).toEqual(['SUCCEEDED', '']);
    const { Policy = '' } = fleet.region.backup.GetBackupVaultAccessPolicy({ BackupVaultName: vault });
    expect(JSON.parse(Policy).Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: expect.arrayContaining(['backup:DeleteRecoveryPoint']),
      }),
    ]);
  });

  it('has neither by default', async () => {
    const fleet = await Fleet.open({ instances: instances([{}]) });
    expect(fleet.region.backup.DescribeBackupVault({ BackupVaultName: vaultOf(fleet) }).Locked).toBeFalsy();
    expect(() => fleet.region.backup.GetBackupVaultAccessPolicy({ BackupVaultName: vaultOf(fleet) })).toThrow();
  });
});

describe('The destination of EFS-to-EFS that the stack creates, with EfsToEfsProtectDestination', () => {
  const admin = {
    RoleName: 'admin',
    TrustedServices: ['ec2.amazonaws.com'],
    ManagedPolicies: [],
    Policies: { all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
  };

  it('is written by the worker, and by nobody else, whatever his rights', async () => {
    const { roles = [], ...base } = nightWorld({}, { EfsToEfsProtectDestination: 'Yes' });
    const night = await Night.open({ ...base, roles: [...roles, admin] });
    try {
      const run = await night.run();
      const { account, stack } = night.simulation;
      const caller = { principalArn: 'arn:aws:iam::111122223333:role/admin', accountId: '111122223333' };
      const resource = String(stack.resource('EfsToEfsDestination').attributes.Arn);
      const may = (action: string) => isAllowed(account, caller, { action: `elasticfilesystem:${action}`, resource });

      expect(run.outcome).toBe('SUCCEEDED');
      expect([may('ClientMount'), may('ClientWrite'), may('ClientRootAccess')]).toEqual([true, false, false]);
    } finally {
      night.close();
    }
  });
});
