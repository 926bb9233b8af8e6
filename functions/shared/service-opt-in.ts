import { type BackupClient, DescribeRegionSettingsCommand } from '@aws-sdk/client-backup';
import type { Findings } from './findings';
import { throwIfEarly } from './task';

/**
 * Checks whether AWS Backup is turned on for a resource type in the client's account and region: where it is off, an
 * on-demand backup is refused (API_UpdateRegionSettings). Whether a copy or a restore is refused too is not known, so for
 * a recovery that is a warning: it must not be kept from trying. Only `false` counts; a refused look is one warning, and an
 * absent entry is unknown. For a backup it throws errors that may pass, at first. Reads only.
 */
export async function checkServiceOptIn(
  backup: BackupClient,
  resourceType: 'EC2' | 'EFS' | 'DynamoDB',
  region: string,
  use: 'backup' | 'recovery' = 'backup',
): Promise<Findings> {
  try {
    const { ResourceTypeOptInPreference } = await backup.send(new DescribeRegionSettingsCommand({}));
    if (ResourceTypeOptInPreference?.[resourceType] !== false) return { problems: [], warnings: [] };
    const off = `AWS Backup is turned off for ${resourceType} in ${region}`;
    const remedy =
      'turn it on in the AWS Backup console (Settings, Service opt-in) or with aws backup update-region-settings';
    if (use === 'backup') return { problems: [`${off}; ${remedy}`], warnings: [] };
    return { problems: [], warnings: [`${off}, and may refuse its copies and restores; if it does, ${remedy}`] };
  } catch (error) {
    const { message } = error as Error;
    // A region that does not answer is dealt with where it is needed; a recovery does not depend on this look.
    if (use === 'backup') throwIfEarly(error);
    return {
      problems: [],
      warnings: [
        `whether AWS Backup is turned on for ${resourceType} in ${region} could not be looked up (${message})`,
      ],
    };
  }
}
