import { KMSClient } from '@aws-sdk/client-kms';
import { PATIENCE, perRegion } from './per-region';
import { assumedRole } from './sts';

/** KMS of this function's region; reads only. */
export const kms = new KMSClient({ requestHandler: PATIENCE });

/** KMS in a region, as this function or as a role that the caller named; reads only. */
export const kmsIn = perRegion(KMSClient, { requestHandler: PATIENCE }, assumedRole);
