import { paginateDescribeInstanceInformation } from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { requireEnv } from '../shared/config';
import { describeError, isTransient } from '../shared/task';
import type { Group } from './groups';

const REGION = requireEnv('AWS_REGION');

/**
 * Why SSM cannot run a script, by instance, or why that could not be looked up. Instances that are stopped already need no
 * script: there is nothing in them to freeze. Throws transient errors: without SSM no script runs. Reads only.
 */
export async function unreachableBySsm(groups: readonly Group[]): Promise<Record<string, string> | string> {
  const pingStatus = new Map<string, string>();
  try {
    for await (const page of paginateDescribeInstanceInformation({ client: ssmIn(REGION), pageSize: 50 }, {})) {
      for (const { InstanceId = '', PingStatus = '' } of page.InstanceInformationList ?? [])
        pingStatus.set(InstanceId, PingStatus);
    }
  } catch (error) {
    if (isTransient(error)) throw error;
    return `whether SSM reaches the instances could not be looked up (${describeError(error)})`;
  }
  const unreachable: Record<string, string> = {};
  for (const { instanceId, wasRunning } of groups.flatMap(({ instances }) => instances)) {
    const status = pingStatus.get(instanceId);
    if (!wasRunning || status === 'Online') continue;
    unreachable[instanceId] = status
      ? `${instanceId} is not online in SSM (${status}), so no script can run on it; check its SSM Agent`
      : `${instanceId} is not managed by SSM, so no script can run on it; check its SSM Agent and instance profile`;
  }
  return unreachable;
}
