import { ec2In } from '../../clients/ec2';
import { nowSeconds } from '../../clock';
import { describeInstances } from '../../instances';
import { TOLD } from '../rhythms';
import type { Settled, WaitKind } from '../waits';
import { EC2_EVENT } from './ec2-event';

/** Waits until instances (resources are ids) are terminated, or not described any more. */
export const instanceGone: WaitKind = {
  name: 'instance-gone',
  event: EC2_EVENT,
  actions: ['ec2:DescribeInstances'],
  delaySeconds: TOLD,
  async check(wait, ids) {
    const instances = await describeInstances(ec2In(wait.region), ids);
    const gone = ids.filter((id) => (instances.get(id)?.State?.Name ?? 'terminated') === 'terminated');
    return Object.fromEntries(gone.map((id): [string, Settled] => [id, { state: 'GONE', at: nowSeconds() }]));
  },
};
