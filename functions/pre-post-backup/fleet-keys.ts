import { ec2In } from '../shared/clients/ec2';
import { iam } from '../shared/clients/iam';
import { kms } from '../shared/clients/kms';
import { requireEnv } from '../shared/config';
import type { Findings } from '../shared/findings';
import { throwIfEarly } from '../shared/task';
import { checkVolumeKeys, volumesByKey } from '../shared/volume-keys';
import type { Group } from './groups';

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
/** Any of these may be the one that starts an instance. */
const STARTING_ROLE_ARNS = requireEnv('STARTING_ROLE_ARNS').split(',');

/**
 * Checks the KMS keys of the volumes of every running instance that the run is to stop: an instance whose key cannot be
 * used stays down. Reads only.
 */
export async function checkFleetKeys(groups: readonly Group[]): Promise<Findings> {
  const running = groups.flatMap(({ instances }) => instances.filter(({ wasRunning }) => wasRunning));
  let volumes: Map<string, string[]>;
  try {
    volumes = await volumesByKey(
      ec2In(REGION),
      running.map(({ instanceId }) => instanceId),
    );
  } catch (error) {
    throwIfEarly(error);
    const warning = `whether the volumes of the instances are under a KMS key that EC2 can use could not be looked up: ${(error as Error).message}`;
    return { problems: [], warnings: [warning] };
  }
  const look = { kms, iam, region: REGION, accountId: ACCOUNT_ID, startingRoles: STARTING_ROLE_ARNS };
  return checkVolumeKeys(look, volumes);
}
