import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { invalid } from './job-input';
import type { RecoveryPoint } from './recovery-points';

/** The keys that a selection may override, by resource type. */
const OVERRIDABLE: Readonly<Record<string, readonly string[]>> = {
  DynamoDB: ['encryptionType', 'kmsMasterKeyArn'],
  EC2: ['iamInstanceProfileName', 'instanceType', 'requireImdsV2', 'securityGroupIds', 'subnetId'],
  EFS: ['kmsKeyId', 'performanceMode'],
};
/** How restore jobs spell the keys; those of an override are not case sensitive. */
const SPELLING: Readonly<Record<string, string>> = { kmskeyid: 'KmsKeyId', performancemode: 'PerformanceMode' };

/**
 * The metadata that restore testing infers for a recovery point, with a selection's overrides.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
 */
export function inferredMetadata(
  region: Region,
  source: RecoveryPoint,
  overrides: Record<string, string> = {},
): Record<string, string> {
  const known = OVERRIDABLE[source.resourceType];
  if (!known) throw new SimulatorError(`Restore testing of ${source.resourceType} is not simulated.`);
  const given = Object.entries(overrides).map(([key, value]) => {
    const name = known.find((candidate) => candidate.toLowerCase() === key.toLowerCase());
    if (!name) throw invalid(`The metadata key ${key} cannot be overridden.`);
    return [SPELLING[name.toLowerCase()] ?? name, value];
  });
  return { ...inferred(region, source), ...Object.fromEntries(given) };
}

function inferred(region: Region, { resourceType, resourceArn, restoreMetadata }: RecoveryPoint) {
  const { random } = region.account;
  switch (resourceType) {
    case 'DynamoDB':
      return {
        deletionProtection: 'false',
        encryptionType: 'Default',
        targetTableName: `awsbackup-restore-test-${random.uuid()}`,
      };
    case 'EFS':
      return {
        'file-system-id': resourceArn.slice(resourceArn.lastIndexOf('/') + 1),
        Encrypted: 'true',
        PerformanceMode: 'generalPurpose',
        newFileSystem: 'true',
        CreationToken: random.uuid(),
      };
    default:
      return {
        disableApiTermination: 'false',
        instanceType: restoreMetadata.InstanceType ?? 't3.micro',
        requireImdsV2: 'true',
      };
  }
}
