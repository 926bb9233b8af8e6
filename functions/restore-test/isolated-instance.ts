import type { Instance } from '@aws-sdk/client-ec2';
import { ec2In } from '../shared/clients/ec2';
import { describeInstances } from '../shared/instances';
import { RestoreTestFailedError } from './errors';
import { type IsolatedNetwork, openingsOf } from './isolation';
import { nameOf } from './proof';
import type { RestoreTestRun } from './restore-test-run';

/**
 * The restored instance, if it is where nothing can be reached from it. Throws RestoreTestFailedError when it is gone, or
 * not isolated: then nothing is run on it.
 */
export async function isolatedInstance(
  region: string,
  { createdResourceArn = '' }: RestoreTestRun,
  network: IsolatedNetwork,
): Promise<Instance> {
  const ec2 = ec2In(region);
  const id = nameOf(createdResourceArn);
  const instance = (await describeInstances(ec2, [id])).get(id);
  if (!instance) throw new RestoreTestFailedError(`EC2 does not describe ${id}.`);
  const openings = await openingsOf(ec2, network, instance);
  if (openings.length > 0) throw new RestoreTestFailedError(`${id} is not isolated: ${openings.join('; ')}.`);
  return instance;
}
