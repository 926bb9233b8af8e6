import { kmsIn } from '../shared/clients/kms';
import type { Findings } from '../shared/findings';
import { checkChosenKey } from '../shared/usable-key';
import type { RecoverySettings } from './input';

/**
 * Looks at the key that the restored file system is to be encrypted with: a restore job finds an unusable one only when the
 * copy, which takes hours, has been made. Throws transient errors. Reads only.
 */
export async function checkDestinationKey({
  DestinationKmsKeyId: keyId,
  DestinationRegionName: region,
  DestinationAssumeRole,
  AutomationAssumeRole,
}: Partial<RecoverySettings>): Promise<Partial<Findings>> {
  if (!keyId || !region) return {};
  const kms = kmsIn(region, DestinationAssumeRole ?? AutomationAssumeRole);
  return checkChosenKey(kms, { inputKey: 'DestinationKmsKeyId', keyId, region, what: 'file system' });
}
