import { EFSClient } from '@aws-sdk/client-efs';
import { PATIENCE, perRegion } from './per-region';
import { assumedRole } from './sts';

/** EFS in a region, as this function or as a role that the caller named. */
export const efsIn = perRegion(EFSClient, { requestHandler: PATIENCE }, assumedRole);
