import { ec2In } from '../../clients/ec2';
import { nowSeconds } from '../../clock';
import { describeInstances } from '../../instances';
import { isGone, type MissingNote } from '../missing-instance';
import { TOLD } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/**
 * Waits until instances are stopped. A terminated instance never will be, so that state ends the wait too; one that a
 * single answer lacks is not terminated.
 */
export const instanceStopped: WaitKind = {
  name: 'instance-stopped',
  event: { source: 'aws.ec2', detailType: 'EC2 Instance State-change Notification', resource: 'instance-id' },
  actions: ['ec2:DescribeInstances'],
  delaySeconds: TOLD,
  async check(wait, instanceIds) {
    const instances = await describeInstances(ec2In(wait.region), instanceIds);
    const settled: Record<string, Settled> = {};
    for (const instanceId of instanceIds) {
      const instance = instances.get(instanceId);
      const note: MissingNote = instance ? {} : { ...(wait.notes[instanceId] as MissingNote | undefined) };
      const state = instance?.State?.Name ?? (!instance && isGone(note) ? 'terminated' : 'unknown');
      if (['stopped', 'terminated', 'shutting-down'].includes(state)) settled[instanceId] = { state, at: nowSeconds() };
      wait.notes[instanceId] = note;
    }
    return settled;
  },
};
