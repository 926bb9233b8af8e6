import { IAMClient } from '@aws-sdk/client-iam';
import { PATIENCE } from './per-region';

/** IAM is global, and answers from one region, which may be down; reads only. */
export const iam = new IAMClient({ requestHandler: PATIENCE });
