import { DescribeKeyCommand, type KeyMetadata, type KMSClient } from '@aws-sdk/client-kms';
import { hasName } from './error-name';

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
