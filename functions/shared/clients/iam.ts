import { IAMClient } from '@aws-sdk/client-iam';

/** IAM is global; reads only. */
export const iam = new IAMClient({});
