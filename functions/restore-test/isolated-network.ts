import { requireEnv } from '../shared/config';
import type { IsolatedNetwork } from './isolation';

/** The network of this stack for tests of instances; empty names where it has none. */
export const ISOLATED: IsolatedNetwork = {
  subnetId: process.env.ISOLATED_SUBNET_ID ?? '',
  groupId: process.env.ISOLATED_GROUP_ID ?? '',
  endpointGroupId: process.env.ENDPOINT_GROUP_ID ?? '',
  s3PrefixListId: process.env.S3_PREFIX_LIST_ID ?? '',
};

/** The profile that a test's instances have: SSM and the script's bucket, and nothing of production. */
export const PROFILE_NAME = process.env.TEST_PROFILE_NAME ?? '';

export const REGION = requireEnv('AWS_REGION');
