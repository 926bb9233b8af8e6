import { type BackupClient, DescribeRegionSettingsCommand } from '@aws-sdk/client-backup';
import type { Findings } from './findings';
import { isTransient } from './task';

/**
 * Checks whether AWS Backup is turned on for a resource type in the client's account and region: where it is off, an
 * on-demand job does not protect the resource (API_DescribeRegionSettings, ResourceTypeOptInPreference). Only `false` is a
 * problem. A refused look is one warning, and an absent entry is unknown. Throws transient errors. Reads only.
 */
export async function checkServiceOptIn(
  backup: BackupClient,
  resourceType: 'EC2' | 'EFS' | 'DynamoDB',
  region: string,
): Promise<Findings> {
  try {
    const { ResourceTypeOptInPreference } = await backup.send(new DescribeRegionSettingsCommand({}));
    if (ResourceTypeOptInPreference?.[resourceType] !== false) return { problems: [], warnings: [] };
    return {
      problems: [
        `AWS Backup is turned off for ${resourceType} in ${region}; turn it on in the AWS Backup console (Settings, Service opt-in) or with aws backup update-region-settings`,
      ],
      warnings: [],
    };
  } catch (error) {
    if (isTransient(error)) throw error;
    const { name, message } = error as Error;
    if (!name.startsWith('AccessDenied')) throw error;
    return {
      problems: [],
      warnings: [
        `whether AWS Backup is turned on for ${resourceType} in ${region} could not be looked up (${message})`,
      ],
    };
  }
}
