import { EC2Client } from '@aws-sdk/client-ec2';
import { perRegion } from './per-region';
import { assumedRole } from './sts';

/** EC2 in a region, as this function or as a role that the caller named. */
export const ec2In = perRegion(EC2Client, {}, assumedRole);
/** For requests that join many instances: a refused one is split at once instead of being repeated as it is. */
export const ec2OnceIn = perRegion(EC2Client, { maxAttempts: 1 });
