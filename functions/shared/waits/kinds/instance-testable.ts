import { DescribeInstanceStatusCommand } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import { ec2In } from '../../clients/ec2';
import { ssmIn } from '../../clients/ssm';
import { nowSeconds } from '../../clock';
import { describeInstances } from '../../instances';
import { TOLD } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

const OVER = ['stopping', 'stopped', 'shutting-down', 'terminated'];

/**
 * Waits until an instance (resources are ids, one a wait) runs, passes both status checks and is online in SSM, or never
 * will. What is not so yet is noted, for the cause of a deadline.
 */
export const instanceTestable: WaitKind = {
  name: 'instance-testable',
  event: { source: 'aws.ec2', detailType: 'EC2 Instance State-change Notification', resource: 'instance-id' },
  actions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceStatus', 'ssm:DescribeInstanceInformation'],
  delaySeconds: TOLD,
  async check(wait, ids) {
    const ec2 = ec2In(wait.region);
    const settled: Record<string, Settled> = {};
    const instances = await describeInstances(ec2, ids);
    for (const id of ids) {
      const state = instances.get(id)?.State?.Name ?? 'unknown';
      if (OVER.includes(state)) settled[id] = { state, at: nowSeconds() };
      wait.notes[id] = `it is ${state}`;
      if (state !== 'running') continue;
      const { InstanceStatuses } = await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }));
      const { InstanceStatus, SystemStatus } = InstanceStatuses?.[0] ?? {};
      wait.notes[id] = `its status checks are ${InstanceStatus?.Status} and ${SystemStatus?.Status}`;
      if (InstanceStatus?.Status !== 'ok' || SystemStatus?.Status !== 'ok') continue;
      const { InstanceInformationList } = await ssmIn(wait.region).send(
        new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [id] }] }),
      );
      const ping = InstanceInformationList?.[0]?.PingStatus;
      wait.notes[id] = `SSM says ${ping ?? 'nothing'} of it`;
      if (ping === 'Online') settled[id] = { state: 'READY', at: nowSeconds() };
    }
    return settled;
  },
  explain: (wait, open) => open.map((id) => `${id}: ${wait.notes?.[id] ?? 'no look at it was answered'}`).join('; '),
};
