import { requireEnv } from '../shared/config';
import type { RecoverySettings } from './input';

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');

/** Where the file system is restored, and as whom the calls there are made. */
export interface Destination {
  region: string;
  accountId: string;
  vaultName: string;
  assumeRoleArn?: string;
}

/** A recovery point can only be restored by the account that owns its vault, so everything there is done as that. */
export function destinationOf(
  settings: Pick<
    RecoverySettings,
    'BackupVaultDestinationArn' | 'DestinationRegionName' | 'DestinationAssumeRole' | 'AutomationAssumeRole'
  >,
): Destination {
  const [, , , , accountId = '', , vaultName = ''] = settings.BackupVaultDestinationArn.split(':');
  const assumeRoleArn = settings.DestinationAssumeRole ?? settings.AutomationAssumeRole;
  return { region: settings.DestinationRegionName, accountId, vaultName, ...(assumeRoleArn && { assumeRoleArn }) };
}

/** The account that calls are made in: the given role's, or this one. */
export function accountOf(assumeRoleArn: string | undefined): string {
  return assumeRoleArn?.split(':')[4] ?? ACCOUNT_ID;
}
