import { requireEnv } from '../shared/config';
import type { RecoverySettings } from './input';

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');

/** Where the file system is restored, and the role for the calls there. */
export interface Destination {
  region: string;
  accountId: string;
  vaultName: string;
  assumeRoleArn?: string;
}

/** Only the account that owns a vault can restore its recovery points, so every call there is made as that account. */
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
