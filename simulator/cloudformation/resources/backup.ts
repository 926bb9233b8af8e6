import type {
  CreateBackupVaultOutput,
  CreateRestoreTestingPlanOutput,
  RestoreTestingPlanForCreate,
  RestoreTestingSelectionForCreate,
} from '@aws-sdk/client-backup';
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

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-backup-restoretestingplan.html */
const restoreTestingPlan: ResourceType = {
  properties: [
    'RecoveryPointSelection',
    'RestoreTestingPlanName',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'StartWindowHours',
    'Tags',
  ],
  async create(context, properties) {
    const created = await context.call<CreateRestoreTestingPlanOutput>(
      context.region.backup,
      'CreateRestoreTestingPlan',
      { RestoreTestingPlan: planOf(properties) },
    );
    const { RestoreTestingPlanArn = '', RestoreTestingPlanName = '' } = created;
    return { physicalId: RestoreTestingPlanName, attributes: { RestoreTestingPlanArn } };
  },
  update(context, properties, existing) {
    context.region.backup.restoreTesting.replacePlan(planOf(properties));
    return existing;
  },
  remove: ({ region }, { physicalId }) =>
    region.backup.restoreTesting.deletePlan({ RestoreTestingPlanName: physicalId }),
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-backup-restoretestingselection.html */
const restoreTestingSelection: ResourceType = {
  properties: [
    'IamRoleArn',
    'ProtectedResourceArns',
    'ProtectedResourceConditions',
    'ProtectedResourceType',
    'RestoreMetadataOverrides',
    'RestoreTestingPlanName',
    'RestoreTestingSelectionName',
    'ValidationWindowHours',
  ],
  async create(context, properties) {
    const RestoreTestingPlanName = String(properties.RestoreTestingPlanName);
    const selection = selectionOf(properties);
    await context.call(context.region.backup, 'CreateRestoreTestingSelection', {
      RestoreTestingPlanName,
      RestoreTestingSelection: selection,
    });
    return { physicalId: `${RestoreTestingPlanName}|${selection.RestoreTestingSelectionName}`, attributes: {} };
  },
  update(context, properties, existing) {
    context.region.backup.restoreTesting.replaceSelection(
      String(properties.RestoreTestingPlanName),
      selectionOf(properties),
    );
    return existing;
  },
  remove({ region }, { physicalId }) {
    const [RestoreTestingPlanName, RestoreTestingSelectionName] = physicalId.split('|');
    region.backup.restoreTesting.deleteSelection({ RestoreTestingPlanName, RestoreTestingSelectionName });
  },
};

function planOf(properties: JsonObject): RestoreTestingPlanForCreate {
  const { RecoveryPointSelection: selection = {}, Tags: _tags, ...plan } = properties;
  const { SelectionWindowDays, ...chosen } = selection as JsonObject;
  return compact({
    ...plan,
    RecoveryPointSelection: compact({ ...chosen, SelectionWindowDays: number(SelectionWindowDays) }),
    StartWindowHours: number(plan.StartWindowHours),
  }) as unknown as RestoreTestingPlanForCreate;
}

function selectionOf(properties: JsonObject): RestoreTestingSelectionForCreate {
  const { RestoreTestingPlanName: _plan, ValidationWindowHours, ...selection } = properties;
  return compact({
    ...selection,
    ValidationWindowHours: number(ValidationWindowHours),
  }) as unknown as RestoreTestingSelectionForCreate;
}

/** The types of AWS Backup. */
export const backupTypes: Record<string, ResourceType> = {
  'AWS::Backup::BackupVault': vault,
  'AWS::Backup::RestoreTestingPlan': restoreTestingPlan,
  'AWS::Backup::RestoreTestingSelection': restoreTestingSelection,
};
