import { paginateDescribeInstanceInformation } from '@aws-sdk/client-ssm';
import { ssmIn } from '../shared/clients/ssm';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { allGroups, PERHAPS_HELD } from './groups';
import type { Lookup } from './input';

interface Input {
  runId: string;
  lookup: Lookup;
  problems: string[];
  /** Instances in a state that another run may have brought them into. Absent from executions of the version before. */
  perhapsHeld?: string[];
}

type Output = Required<Pick<Input, 'problems' | 'perhapsHeld'>>;

const REGION = requireEnv('AWS_REGION');

/**
 * Checks that SSM can reach every running instance, if a script is to run on it. Instances that are stopped already need
 * no script: there is nothing in them to freeze. Reads only.
 */
export const handler = task(async ({ runId, lookup, problems, perhapsHeld = [] }: Input): Promise<Output> => {
  if (!lookup.hasScripts) return { problems, perhapsHeld };
  const pingStatus = new Map<string, string>();
  for await (const page of paginateDescribeInstanceInformation({ client: ssmIn(REGION), pageSize: 50 }, {})) {
    for (const info of page.InstanceInformationList ?? []) pingStatus.set(info.InstanceId ?? '', info.PingStatus ?? '');
  }
  const unreachable: string[] = [];
  const held: string[] = [...perhapsHeld];
  for await (const group of allGroups(runId)) {
    for (const { instanceId, wasRunning } of group.instances) {
      const status = pingStatus.get(instanceId);
      if (!wasRunning || status === 'Online') continue;
      held.push(instanceId);
      unreachable.push(
        status
          ? `${instanceId} is not online in SSM (${status}), so no script can run on it; check its SSM Agent`
          : `${instanceId} is not managed by SSM, so no script can run on it; check its SSM Agent and instance profile`,
      );
    }
  }
  return { problems: [...problems, ...unreachable], perhapsHeld: [...new Set(held)].slice(0, PERHAPS_HELD) };
});
