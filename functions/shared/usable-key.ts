import { DescribeKeyCommand, type KeyMetadata, type KMSClient } from '@aws-sdk/client-kms';
import { hasName } from './error-name';
import type { Findings } from './findings';
import { describeError, throwIfEarly } from './task';

/** Nothing can be encrypted or decrypted under such a key (KMS Developer Guide, "Key states of AWS KMS keys"). */
const UNUSABLE = ['Disabled', 'PendingDeletion', 'PendingImport', 'PendingReplicaDeletion', 'Unavailable'];

/** Looks a key up, and says why it cannot be used if it certainly cannot. Throws what KMS refuses. Reads only. */
export async function lookUpKey(kms: KMSClient, KeyId: string): Promise<{ key?: KeyMetadata; unusable?: string }> {
  try {
    const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId }));
    const state = key?.KeyState;
    return { key, ...(state && UNUSABLE.includes(state) && { unusable: `is ${state}` }) };
  } catch (error) {
    if (!hasName(error, 'NotFoundException')) throw error;
    return { unusable: 'does not exist' };
  }
}

/**
 * Looks at the key that an input names for what is going to be made. A key that cannot be used is a problem; what could not
 * be looked up is a warning. Throws transient errors. Reads only.
 */
export async function checkChosenKey(
  kms: KMSClient,
  { inputKey, keyId, region, what }: { inputKey: string; keyId: string; region: string; what: string },
): Promise<Partial<Findings>> {
  try {
    const { unusable } = await lookUpKey(kms, keyId);
    if (!unusable) return {};
    return {
      problems: [
        `${inputKey}: the key ${keyId} ${unusable} in ${region}, so no ${what} can be encrypted with it; name a key whose state is Enabled`,
      ],
    };
  } catch (error) {
    throwIfEarly(error);
    return { warnings: [`whether the key ${keyId} can be used could not be looked up (${describeError(error)})`] };
  }
}
