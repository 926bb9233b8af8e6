import { SSMClient } from '@aws-sdk/client-ssm';
import { perRegion } from './per-region';

/** Systems Manager in a region. */
export const ssmIn: (region: string) => SSMClient = perRegion(SSMClient);
