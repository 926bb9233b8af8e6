import { IAMClient } from '@aws-sdk/client-iam';

/** Milliseconds. Three attempts for each of two roles fit into the time of a function. */
const SHORT_PATIENCE = { connectionTimeout: 5_000, requestTimeout: 8_000 };

/** IAM is global, and answers from one region, which may be down; reads only. */
export const iam = new IAMClient({ requestHandler: SHORT_PATIENCE });
