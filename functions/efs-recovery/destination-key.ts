import { kmsIn } from '../shared/clients/kms';
import type { Findings } from '../shared/findings';
import { describeError, isTransient } from '../shared/task';
import { lookUpKey } from '../shared/usable-key';
import type { RecoverySettings } from './input';

/**
 * Looks at the key that the restored file system is to be encrypted with: a restore job finds an unusable one only when the
 * copy, which takes hours, has been made. What cannot be looked up is a warning. Throws transient errors. Reads only.
 */
export async function checkDestinationKey({
  DestinationKmsKeyId: key,
  DestinationRegionName: region,
  DestinationAssumeRole,
  AutomationAssumeRole,
}: Partial<RecoverySettings>): Promise<Partial<Findings>> {
  if (!key || !region) return {};
  try {
    const { unusable } = await lookUpKey(kmsIn(region, DestinationAssumeRole ?? AutomationAssumeRole), key);
    if (!unusable) return {};
    return {
      problems: [
        `DestinationKmsKeyId: the key ${key} ${unusable} in ${region}, so no file system can be encrypted with it; name a key whose state is Enabled`,
      ],
    };
  } catch (error) {
    if (isTransient(error)) throw error;
    return { warnings: [`whether the key ${key} can be used could not be looked up (${describeError(error)})`] };
  }
}
