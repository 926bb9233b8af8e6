import { KMSClient } from '@aws-sdk/client-kms';

/** KMS of this function's region; reads only. */
export const kms = new KMSClient({});
