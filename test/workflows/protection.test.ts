import { Night, world as nightWorld } from '../../scenarios/efs-to-efs/night';
import { closeFleet, Fleet, inputByTag, instances, ROLE_ARN } from '../../scenarios/pre-post-backup/fleet';
import { clientMay } from '../../simulator/services/efs/client-access';

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

  it('takes backups, and denies all principals to delete them, with ProtectRecoveryPoints', async () => {
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

  it('is written by the worker, and by no other principal, whatever its rights', async () => {
    const { roles = [], ...base } = nightWorld({}, { EfsToEfsProtectDestination: 'Yes' });
    const night = await Night.open({ ...base, roles: [...roles, admin] });
    try {
      const run = await night.run();
      const { region, stack } = night.simulation;
      const caller = { principalArn: 'arn:aws:iam::111122223333:role/admin', accountId: '111122223333' };
      const destination = region.efs.fileSystem(stack.resource('EfsToEfsDestination').physicalId);
      const may = (action: string) =>
        destination && clientMay(region, destination, caller, `elasticfilesystem:${action}`);

      expect(run.outcome).toBe('SUCCEEDED');
      expect([may('ClientMount'), may('ClientWrite'), may('ClientRootAccess')]).toEqual([true, false, false]);
    } finally {
      night.close();
    }
  });

  it('is replicated to another region, with EfsToEfsReplicaRegion', async () => {
    const night = await Night.open(nightWorld({}, { EfsToEfsReplicaRegion: 'eu-central-1' }));
    try {
      const FileSystemId = night.simulation.stack.resource('EfsToEfsDestination').physicalId;
      const { Replications = [] } = night.simulation.region.efs.DescribeReplicationConfigurations({ FileSystemId });
      expect(Replications[0]?.Destinations).toEqual([expect.objectContaining({ Region: 'eu-central-1' })]);
      expect((await night.run()).outcome).toBe('SUCCEEDED');
    } finally {
      night.close();
    }
  });
});
