import { EC2Client } from '@aws-sdk/client-ec2';
import { perRegion } from './per-region';
import { assumedRole } from './sts';

/** EC2 in a region, as this function or as a role that the caller named. */
export const ec2In = perRegion(EC2Client, {}, assumedRole);
