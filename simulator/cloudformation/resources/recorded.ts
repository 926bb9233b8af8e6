import type { PolicyDocument } from '../../iam/policy';
import { resourcePolicies } from '../../iam/resource-policies';
import { isObject, type JsonObject } from '../template';
import type { ResourceContext, ResourceType } from './resource-type';

/** A type that nothing in the simulation reads: it only has a name and attributes to refer to; a key has its policy. */
function recorded(
  properties: string[],
  identify: (
    context: ResourceContext,
    name: string,
    given: JsonObject,
  ) => { physicalId?: string; attributes: Record<string, string> },
  nameProperty: string,
): ResourceType {
  return {
    properties,
    create(context, given) {
      const name = context.name(given[nameProperty], 255);
      return { physicalId: name, ...identify(context, name, given) };
    },
    update: (_context, _properties, existing) => existing,
    remove: () => undefined,
  };
}

/** The types that are only recorded. */
export const recordedTypes: Record<string, ResourceType> = {
  'AWS::Logs::LogGroup': recorded(
    ['LogGroupName', 'RetentionInDays', 'KmsKeyId', 'LogGroupClass', 'Tags'],
    ({ region }, name) => ({ attributes: { Arn: region.arn('logs', `log-group:${name}:*`) } }),
    'LogGroupName',
  ),
  'AWS::CloudWatch::Dashboard': recorded(
    ['DashboardName', 'DashboardBody', 'Tags'],
    () => ({ attributes: {} }),
    'DashboardName',
  ),
  'AWS::KMS::Key': recorded(
    [
      'Description',
      'Enabled',
      'EnableKeyRotation',
      'KeyPolicy',
      'KeySpec',
      'KeyUsage',
      'MultiRegion',
      'PendingWindowInDays',
      'RotationPeriodInDays',
      'Tags',
    ],
    ({ region, random }, _name, { KeyPolicy }) => {
      const id = random.uuid();
      const arn = region.arn('kms', `key/${id}`);
      if (isObject(KeyPolicy)) resourcePolicies(region.account).set(arn, KeyPolicy as unknown as PolicyDocument);
      return { physicalId: id, attributes: { Arn: arn, KeyId: id } };
    },
    'KeyId',
  ),
  'AWS::KMS::Alias': recorded(['AliasName', 'TargetKeyId'], () => ({ attributes: {} }), 'AliasName'),
  // Nothing starts a plan's jobs here: a world declares the recovery points that it would have made.
  'AWS::Backup::BackupPlan': recorded(
    ['BackupPlan', 'BackupPlanTags'],
    ({ region, random }) => {
      const id = random.uuid();
      const attributes = { BackupPlanId: id, BackupPlanArn: region.arn('backup', `backup-plan:${id}`), VersionId: id };
      return { physicalId: id, attributes };
    },
    'BackupPlanId',
  ),
  'AWS::Backup::BackupSelection': recorded(
    ['BackupPlanId', 'BackupSelection'],
    ({ random }) => {
      const id = random.uuid();
      return { physicalId: id, attributes: { Id: id, SelectionId: id } };
    },
    'SelectionId',
  ),
  'AWS::S3::BucketPolicy': recorded(['Bucket', 'PolicyDocument'], () => ({ attributes: {} }), 'PolicyName'),
};
