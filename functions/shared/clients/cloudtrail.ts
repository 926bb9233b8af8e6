import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';

/** CloudTrail in the stack's region: who called what. Two look-ups a second, so refused ones are tried for longer. */
export const cloudTrail = new CloudTrailClient({ maxAttempts: 6 });
