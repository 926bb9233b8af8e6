import {
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  PutScheduledUpdateGroupActionCommand,
  RecordLifecycleActionHeartbeatCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { hasName } from '../shared/error-name';
import { autoScaling } from './clients';
import { GROUP_NAME, LIFECYCLE_HOOK_NAME } from './settings';

interface GroupInstance {
  instanceId: string;
  instanceType: string;
  availabilityZone: string;
  lifecycleState: string;
  isHealthy: boolean;
}

export interface Group {
  desiredCapacity: number;
  availabilityZones: string[];
  instances: GroupInstance[];
}

/** The Auto Scaling group of the workers, as Auto Scaling sees it; that may be a moment old. */
export async function describeGroup(): Promise<Group> {
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [GROUP_NAME] }),
  );
  const group = AutoScalingGroups?.[0];
  if (!group) throw new Error(`There is no Auto Scaling group ${GROUP_NAME}.`);
  return {
    desiredCapacity: group.DesiredCapacity ?? 0,
    availabilityZones: group.AvailabilityZones ?? [],
    instances: (group.Instances ?? []).map((instance) => ({
      instanceId: instance.InstanceId ?? '',
      instanceType: instance.InstanceType ?? '',
      availabilityZone: instance.AvailabilityZone ?? '',
      lifecycleState: instance.LifecycleState ?? '',
      isHealthy: instance.HealthStatus !== 'Unhealthy',
    })),
  };
}

/** How many workers there are to be: none or one. Safe to repeat. */
export async function setDesiredCapacity(desiredCapacity: 0 | 1): Promise<void> {
  await autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP_NAME, DesiredCapacity: desiredCapacity }),
  );
}

/**
 * Lets Auto Scaling set the capacity to 0 at that time, also if the orchestrator does not run; a group at 0 stays as it
 * is. `at`: seconds since 1970, not in the past. Safe to repeat: there is one such action, and it replaces the one that an
 * earlier run left.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html
 */
export async function scheduleNoCapacity(at: number): Promise<void> {
  await autoScaling.send(
    new PutScheduledUpdateGroupActionCommand({
      AutoScalingGroupName: GROUP_NAME,
      ScheduledActionName: 'window-end',
      StartTime: new Date(at * 1000),
      DesiredCapacity: 0,
    }),
  );
}

/** Completes the lifecycle action of an instance. Safe to repeat: an instance that no longer waits stays as it is. */
export async function completeLifecycleAction(instanceId: string): Promise<void> {
  const action = { ...lifecycleAction(instanceId), LifecycleActionResult: 'CONTINUE' };
  await unlessOver(instanceId, autoScaling.send(new CompleteLifecycleActionCommand(action)));
}

/** Lets an instance that waits for its lifecycle action wait for another heartbeat's time. */
export async function keepWaiting(instanceId: string): Promise<void> {
  const request = autoScaling.send(new RecordLifecycleActionHeartbeatCommand(lifecycleAction(instanceId)));
  await unlessOver(instanceId, request);
}

/** Not by the token of the event, which may be lost: a hook and an instance have one action. */
function lifecycleAction(instanceId: string) {
  return { AutoScalingGroupName: GROUP_NAME, LifecycleHookName: LIFECYCLE_HOOK_NAME, InstanceId: instanceId };
}

/** Public logs have the text of an action that is over; AWS documents none, so in other words the group itself is asked. */
async function unlessOver(instanceId: string, request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!hasName(error, 'ValidationError')) throw error;
    if (/no active lifecycle action/i.test((error as Error).message)) return;
    const { instances } = await describeGroup();
    const waits = instances.some((one) => one.instanceId === instanceId && one.lifecycleState.endsWith(':Wait'));
    if (waits) throw error;
  }
}
