import type { World } from '../../../world';

/** Names of the world in which file systems are copied and restored: home is Ireland, recovery is in Frankfurt. */
export const fileSystemId = 'fs-0a00000000000000a';
export const fileSystemArn = `arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/${fileSystemId}`;
export const sourcePoint = 'arn:aws:backup:eu-west-1:111122223333:recovery-point:11111111-1111-4111-8111-111111111111';
export const copiedPoint =
  'arn:aws:backup:eu-central-1:111122223333:recovery-point:22222222-2222-4222-8222-222222222222';
export const IamRoleArn = 'arn:aws:iam::111122223333:role/BackupRole';
export const homeVaultArn = 'arn:aws:backup:eu-west-1:111122223333:backup-vault:main';
export const recoveryVaultArn = 'arn:aws:backup:eu-central-1:111122223333:backup-vault:recovery';

const point = {
  ResourceArn: fileSystemArn,
  ResourceType: 'EFS',
  CreationDate: '2026-11-19T22:00:00.000Z',
  BackupSizeInBytes: 5_000_000_000,
  Tags: { Team: 'web' },
  RestoreMetadata: {
    'file-system-id': fileSystemId,
    Encrypted: 'true',
    KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1',
    PerformanceMode: 'generalPurpose',
    newFileSystem: 'true',
  },
};

export const world: World = {
  fileSystems: [{ FileSystemId: fileSystemId, Encrypted: true, Tags: { Team: 'web' }, SizeInBytes: 5_000_000_000 }],
  vaults: [{ BackupVaultName: 'main' }, { BackupVaultName: 'recovery', Region: 'eu-central-1' }],
  recoveryPoints: [
    { ...point, RecoveryPointArn: sourcePoint, BackupVaultName: 'main' },
    { ...point, RecoveryPointArn: copiedPoint, BackupVaultName: 'recovery', Region: 'eu-central-1' },
  ],
  roles: [
    {
      RoleName: 'BackupRole',
      TrustedServices: ['backup.amazonaws.com'],
      ManagedPolicies: [
        'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
        'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
      ],
    },
    { RoleName: 'BareRole', TrustedServices: ['backup.amazonaws.com'], ManagedPolicies: [] },
    { RoleName: 'OtherRole', TrustedServices: ['lambda.amazonaws.com'], ManagedPolicies: [] },
  ],
};
