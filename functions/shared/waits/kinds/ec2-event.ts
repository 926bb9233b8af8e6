import type { WaitEvent } from '../waits';

/** EC2's news about an instance. In these states it is on its way to the next one, of which EC2 tells too. */
export const EC2_EVENT: WaitEvent = {
  source: 'aws.ec2',
  detailType: 'EC2 Instance State-change Notification',
  resource: 'instance-id',
  ignoredStates: ['pending', 'stopping'],
};
