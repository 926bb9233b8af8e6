import { closeFleet, Fleet, inputByTag, instances, ROLE_ARN } from '../../scenarios/pre-post-backup/fleet';

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
