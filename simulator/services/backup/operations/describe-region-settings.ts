import type { DescribeRegionSettingsOutput } from '@aws-sdk/client-backup';
import type { BackupState } from '../state';

/** The resource types that AWS Backup protects here; every one is turned on unless the world says otherwise. */
const resourceTypes = ['EC2', 'EBS', 'EFS', 'DynamoDB'];

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeRegionSettings.html */
export function DescribeRegionSettings(this: BackupState, _input: object): DescribeRegionSettingsOutput {
  const all = Object.fromEntries(resourceTypes.map((type) => [type, !this.turnedOff.includes(type)]));
  return {
    ResourceTypeOptInPreference: all,
    ResourceTypeManagementPreference: { DynamoDB: this.advancedDynamoDb, EFS: true },
  };
}
