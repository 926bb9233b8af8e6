import type {
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  CompleteLifecycleActionType,
  PutLifecycleHookType,
  PutScheduledUpdateGroupActionType,
  RecordLifecycleActionHeartbeatType,
  SetDesiredCapacityType,
} from '@aws-sdk/client-auto-scaling';
import { AwsError, SimulatorError } from '../errors';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { Group, type GroupSettings } from './auto-scaling/group';
import type { WorldLaunch } from './auto-scaling/world';

const DEFAULT_HEARTBEAT_SECONDS = 3600;

declare module '../places' {
  interface Region {
    readonly autoScaling: AutoScaling;
  }
}

interface LaunchTemplate {
  instanceType?: string;
  instanceProfileArn?: string;
  /** True if it encrypts a volume without naming a key: then the account's default key for EBS is used. */
  usesDefaultKey?: boolean;
}

/** Amazon EC2 Auto Scaling: groups with their lifecycle hooks. What is and is not simulated: simulator/docs/auto-scaling.md. */
export class AutoScaling extends Service {
  readonly iamPrefix = 'autoscaling';
  readonly groups = new Map<string, Group>();
  /** What groups need to know of the launch templates that CloudFormation made, by id. */
  readonly launchTemplates = new Map<string, LaunchTemplate>();
  private launches: WorldLaunch[] = [];

  /** Takes what a world declares about the instances that groups will launch. */
  load(launches: WorldLaunch[]): void {
    this.launches = launches.map((launch) => ({ ...launch }));
  }

  /** What is left of that. */
  snapshot(): WorldLaunch[] {
    return this.launches.filter(({ Times }) => Times !== 0).map((launch) => ({ ...launch }));
  }

  override usualAccess(operation: string, input: { AutoScalingGroupName?: string }): Access[] {
    const action = `autoscaling:${operation}`;
    if (operation.startsWith('Describe')) return [{ action, resource: '*' }];
    const known = this.groups.get(input.AutoScalingGroupName ?? '');
    const name = `autoScalingGroup:*:autoScalingGroupName/${input.AutoScalingGroupName}`;
    return [{ action, resource: known?.arn ?? this.region.arn('autoscaling', name) }];
  }

  /** Makes a group, as CloudFormation does. */
  create(settings: GroupSettings): Group {
    const group = new Group(this.region, settings, () => this.nextLaunch());
    this.groups.set(settings.name, group);
    if (settings.desired > 0) group.setDesired(settings.desired);
    return group;
  }

  /** Deletes a group with its instances, as CloudFormation does. */
  remove(name: string): void {
    this.find(name).setDesired(this.find(name).settings.minSize);
    this.groups.delete(name);
  }

  DescribeAutoScalingGroups(input: AutoScalingGroupNamesType): AutoScalingGroupsType {
    requireSupported('autoscaling:DescribeAutoScalingGroups', input, ['AutoScalingGroupNames']);
    const names = input.AutoScalingGroupNames ?? [];
    const groups = [...this.groups.values()].filter(({ settings }) => !names.length || names.includes(settings.name));
    return { AutoScalingGroups: groups.map(({ seen }) => ({ ...seen })) };
  }

  SetDesiredCapacity(input: SetDesiredCapacityType): void {
    requireSupported('autoscaling:SetDesiredCapacity', input, [
      'AutoScalingGroupName',
      'DesiredCapacity',
      'HonorCooldown',
    ]);
    if (input.HonorCooldown) throw new SimulatorError('autoscaling:SetDesiredCapacity: cooldowns are not simulated.');
    this.find(input.AutoScalingGroupName).setDesired(input.DesiredCapacity ?? 0);
  }

  PutScheduledUpdateGroupAction(input: PutScheduledUpdateGroupActionType): void {
    requireSupported('autoscaling:PutScheduledUpdateGroupAction', input, [
      'AutoScalingGroupName',
      'ScheduledActionName',
      'StartTime',
      'DesiredCapacity',
    ]);
    const { ScheduledActionName = '', StartTime, DesiredCapacity = 0 } = input;
    this.find(input.AutoScalingGroupName).schedule(ScheduledActionName, Number(StartTime), DesiredCapacity);
  }

  PutLifecycleHook(input: PutLifecycleHookType): Record<string, never> {
    requireSupported('autoscaling:PutLifecycleHook', input, [
      'AutoScalingGroupName',
      'LifecycleHookName',
      'LifecycleTransition',
      'HeartbeatTimeout',
      'DefaultResult',
      'NotificationMetadata',
    ]);
    const heartbeatSeconds = input.HeartbeatTimeout ?? DEFAULT_HEARTBEAT_SECONDS;
    if (heartbeatSeconds < 30 || heartbeatSeconds > 7200)
      throw new AwsError('ValidationError', 'HeartbeatTimeout must be between 30 and 7200 seconds.');
    const { hooks } = this.find(input.AutoScalingGroupName);
    const isSecond = [...hooks.keys()].some((name) => name !== input.LifecycleHookName);
    if (isSecond || input.LifecycleTransition !== 'autoscaling:EC2_INSTANCE_TERMINATING')
      throw new SimulatorError('A lifecycle hook is simulated where it is the only one, and of terminations.');
    hooks.set(input.LifecycleHookName ?? '', {
      name: input.LifecycleHookName ?? '',
      transition: input.LifecycleTransition ?? '',
      heartbeatSeconds,
      defaultResult: input.DefaultResult === 'CONTINUE' ? 'CONTINUE' : 'ABANDON',
      notificationMetadata: input.NotificationMetadata,
    });
    return {};
  }

  /** Without another hook, an instance is terminated after either result. */
  CompleteLifecycleAction(input: CompleteLifecycleActionType): Record<string, never> {
    const group = this.find(input.AutoScalingGroupName);
    group.complete(group.waitingMember(input.LifecycleHookName, input.InstanceId, input.LifecycleActionToken));
    return {};
  }

  RecordLifecycleActionHeartbeat(input: RecordLifecycleActionHeartbeatType): Record<string, never> {
    const group = this.find(input.AutoScalingGroupName);
    group.recordHeartbeat(group.waitingMember(input.LifecycleHookName, input.InstanceId, input.LifecycleActionToken));
    return {};
  }

  private find(name: string | undefined): Group {
    const group = this.groups.get(name ?? '');
    if (group) return group;
    throw new AwsError('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup ${name} not found`);
  }

  private nextLaunch(): WorldLaunch {
    const launch = this.launches.find(({ Times = 1 }) => Times === 'always' || Times > 0);
    if (!launch) return {};
    if (launch.Times !== 'always') launch.Times = (launch.Times ?? 1) - 1;
    return launch;
  }
}
