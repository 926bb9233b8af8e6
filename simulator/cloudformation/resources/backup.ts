import type { CreateBackupVaultOutput } from '@aws-sdk/client-backup';
import { isObject, type JsonObject } from '../template';
import { compact, number, type ResourceType, text } from './resource-type';

const vault: ResourceType = {
  properties: [
    'BackupVaultName',
    'EncryptionKeyArn',
    'BackupVaultTags',
    'AccessPolicy',
    'Notifications',
    'LockConfiguration',
  ],
  async create(context, properties) {
    const { backup } = context.region;
    const BackupVaultName = String(properties.BackupVaultName);
    const created = await context.call<CreateBackupVaultOutput>(
      backup,
      'CreateBackupVault',
      compact({
        BackupVaultName,
        EncryptionKeyArn: text(properties.EncryptionKeyArn),
        BackupVaultTags: isObject(properties.BackupVaultTags) ? properties.BackupVaultTags : undefined,
      }),
    );
    const settings: [string, JsonObject | undefined][] = [
      [
        'PutBackupVaultAccessPolicy',
        isObject(properties.AccessPolicy) ? { Policy: JSON.stringify(properties.AccessPolicy) } : undefined,
      ],
      ['PutBackupVaultNotifications', isObject(properties.Notifications) ? properties.Notifications : undefined],
      [
        'PutBackupVaultLockConfiguration',
        isObject(properties.LockConfiguration) ? lockOf(properties.LockConfiguration) : undefined,
      ],
    ];
    for (const [operation, setting] of settings)
      if (setting) await context.call(backup, operation, { BackupVaultName, ...setting });
    const arn = created.BackupVaultArn ?? context.region.arn('backup', `backup-vault:${BackupVaultName}`);
    return { physicalId: BackupVaultName, attributes: { BackupVaultArn: arn, BackupVaultName } };
  },
  remove: ({ region }, { physicalId }) => region.backup.vaults.remove(physicalId),
};

/** A parameter's number comes as text. */
function lockOf(lock: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(lock).map(([name, days]) => [name, number(days) ?? days]));
}

/** The types of AWS Backup. */
export const backupTypes: Record<string, ResourceType> = { 'AWS::Backup::BackupVault': vault };
