import { ec2In } from '../shared/clients/ec2';
import { iam } from '../shared/clients/iam';
import { kms } from '../shared/clients/kms';
import { requireEnv } from '../shared/config';
import { type Findings, joinFindings } from '../shared/findings';
import { isTransient, task } from '../shared/task';
import { checkVolumeKeys, volumesByKey } from '../shared/volume-keys';
import { allGroups } from './groups';
import type { Lookup } from './input';

interface Input extends Findings {
  runId: string;
  lookup: Lookup;
}

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
/** Any of these may be the one that starts an instance. */
const STARTING_ROLE_ARNS = requireEnv('STARTING_ROLE_ARNS').split(',');

/**
 * Checks the KMS keys of the volumes of every running instance, if the run is to stop it: an instance whose key cannot be
 * used stays down. Adds to the findings so far. Reads only.
 */
export const handler = task(async ({ runId, lookup, problems, warnings }: Input): Promise<Findings> => {
  if (!lookup.isStopRequired) return { problems, warnings };
  const running: string[] = [];
  for await (const { instances } of allGroups(runId))
    running.push(...instances.filter(({ wasRunning }) => wasRunning).map(({ instanceId }) => instanceId));
  return joinFindings({ problems, warnings }, await lookAtKeys(running));
});

async function lookAtKeys(instanceIds: string[]): Promise<Findings> {
  let volumes: Map<string, string[]>;
  try {
    volumes = await volumesByKey(ec2In(REGION), instanceIds);
  } catch (error) {
    if (isTransient(error)) throw error;
    const warning = `whether the volumes of the instances are under a KMS key that EC2 can use could not be looked up: ${(error as Error).message}`;
    return { problems: [], warnings: [warning] };
  }
  const look = { kms, iam, region: REGION, accountId: ACCOUNT_ID, startingRoles: STARTING_ROLE_ARNS };
  return checkVolumeKeys(look, volumes);
}
