import type { Activity, AutoScalingGroup, Instance, LifecycleState } from '@aws-sdk/client-auto-scaling';
import { AwsError } from '../../errors';
import { isAllowed } from '../../iam/authorize';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { Ec2Instance } from '../ec2/instance';
import { keyUse, viaService } from '../key-use';
import { stateOf } from '../kms';
import type { WorldLaunch } from './world';

/** How often Auto Scaling looks whether the group is as it should be. */
const LOOK_SECONDS = 10;
/** The wait before another attempt after a launch that failed; Auto Scaling backs off further, which is not simulated. */
const RETRY_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 48 * 3600;
const INTERRUPTION_WARNING_SECONDS = 120;

interface LifecycleHook {
  name: string;
  transition: string;
  heartbeatSeconds: number;
  defaultResult: 'CONTINUE' | 'ABANDON';
  notificationMetadata?: string;
}

export interface GroupSettings {
  name: string;
  minSize: number;
  maxSize: number;
  desired: number;
  subnetIds: string[];
  /** The types to choose from; the first one is taken. */
  instanceTypes: string[];
  isSpot: boolean;
  launchTemplateId: string;
  /** They are given to instances, too. */
  tags: Record<string, string>;
  cooldownSeconds: number;
  healthCheckGraceSeconds: number;
  /** The role that the launch template's instance profile gives to programs on the instance. */
  instanceRoleArn?: string;
  /** True if the instances' volumes are encrypted with the account's default key for EBS. */
  usesDefaultKey?: boolean;
}

interface Member {
  instance: Ec2Instance;
  zone: string;
  subnetId: string;
  state: LifecycleState;
  isUnhealthy: boolean;
  /** While it waits for a lifecycle action. */
  waiting?: { hook: LifecycleHook; token: string; since: number; cancelTimeout: () => void };
}

/** One Auto Scaling group: it brings its instances to the desired number, in virtual time. */
export class Group {
  readonly arn: string;
  readonly hooks = new Map<string, LifecycleHook>();
  readonly activities: Activity[] = [];
  /** The instances whose lifecycle actions were not completed in time. */
  readonly lifecycleTimeouts: string[] = [];
  private readonly members = new Map<string, Member>();
  /** What describe calls show. */
  private readonly view: Lagging<AutoScalingGroup>;
  /** What calls the scheduled actions off that are to come. */
  private readonly scheduled = new Map<string, () => void>();
  private isLaunching = false;
  private noLaunchBefore = 0;
  private isLooking = false;

  constructor(
    private readonly region: Region,
    readonly settings: GroupSettings,
    private readonly nextLaunch: () => WorldLaunch,
  ) {
    const id = region.account.random.uuid();
    this.arn = region.arn('autoscaling', `autoScalingGroup:${id}:autoScalingGroupName/${settings.name}`);
    this.view = new Lagging(region.account, this.shape());
  }

  /** What DescribeAutoScalingGroups shows of it. */
  get seen(): AutoScalingGroup {
    return this.view.seen;
  }

  get desired(): number {
    return this.settings.desired;
  }

  setDesired(desired: number): void {
    this.requireWithinBounds(desired);
    this.settings.desired = desired;
    this.changed();
    this.lookSoon();
  }

  /** Sets it at that time, once; the later one of two by the same name stays. */
  schedule(name: string, at: number, desired: number): void {
    const { clock } = this.region.account;
    this.requireWithinBounds(desired);
    if (at < clock.now) throw new AwsError('ValidationError', 'Given start time is in the past');
    this.scheduled.get(name)?.();
    const callOff = clock.after((at - clock.now) / 1000, () => this.setDesired(desired));
    this.scheduled.set(name, callOff);
  }

  private requireWithinBounds(desired: number): void {
    const { minSize, maxSize } = this.settings;
    if (desired >= minSize && desired <= maxSize) return;
    throw new AwsError(
      'ValidationError',
      `New SetDesiredCapacity value ${desired} is ${desired < minSize ? 'below min' : 'above max'} value ${desired < minSize ? minSize : maxSize} for the AutoScalingGroup.`,
    );
  }

  /** A member that waits for a lifecycle action of this hook; refused as AWS refuses an action that no instance waits for. */
  waitingMember(hookName: string | undefined, instanceId: string | undefined, token: string | undefined): Member {
    const member = [...this.members.values()].find(
      ({ instance, waiting }) =>
        waiting?.hook.name === hookName &&
        (token === undefined ? instance.id === instanceId : waiting?.token === token),
    );
    if (member?.waiting) return member;
    const named = token === undefined ? `instance ID ${instanceId}` : `token ${token}`;
    const isAsLogged = this.region.account.doubts.behaviour('autoScaling.overLifecycleAction') === 'asLogged';
    throw new AwsError(
      'ValidationError',
      isAsLogged ? `No active Lifecycle Action found with ${named}` : `The lifecycle action of ${named} is over.`,
    );
  }

  recordHeartbeat(member: Member): void {
    const { waiting } = member;
    if (!waiting) return;
    waiting.cancelTimeout();
    waiting.cancelTimeout = this.timeOut(member, waiting.hook, waiting.since);
  }

  complete(member: Member): void {
    if (!member.waiting) return;
    member.waiting.cancelTimeout();
    member.waiting = undefined;
    this.endInstance(member);
  }

  /** What a rebalancing, or an operator in the console, does to an instance: it goes, and another one comes. */
  terminate(instanceId: string, cause: string): void {
    const member = this.members.get(instanceId);
    if (member && !member.state.startsWith('Terminating')) this.beginTermination(member, cause);
  }

  private look(): void {
    const { clock } = this.region.account;
    for (const member of this.members.values()) {
      const { state } = member.instance;
      if (member.state === 'Pending' && state === 'running') this.putInService(member);
      const isDead = !['pending', 'running'].includes(state);
      if (isDead && !member.state.startsWith('Terminating')) {
        member.isUnhealthy = true;
        this.beginTermination(member, 'an instance was taken out of service in response to an EC2 health check.');
      }
    }
    const staying = [...this.members.values()].filter(({ state }) => !state.startsWith('Terminating'));
    if (staying.length < this.desired && !this.isLaunching && clock.now >= this.noLaunchBefore) this.launch();
    for (const member of staying.slice(this.desired))
      this.beginTermination(
        member,
        'an instance was taken out of service in response to a difference between desired and actual capacity.',
      );
    const isLacking = staying.length < this.desired;
    if (isLacking) this.lookSoon();
  }

  private lookSoon(): void {
    if (this.isLooking) return;
    this.isLooking = true;
    this.region.account.clock.after(LOOK_SECONDS, () => {
      this.isLooking = false;
      this.look();
    });
  }

  private launch(): void {
    const { clock, random } = this.region.account;
    const launch = this.nextLaunch();
    const startedAt = clock.date;
    this.isLaunching = true;
    clock.after(launch.LaunchSeconds ?? random.between(2, 8), () => {
      this.isLaunching = false;
      const reason = launch.Error ? launchErrors[launch.Error] : this.refusalOfKey();
      if (reason) {
        this.noLaunchBefore = clock.now + RETRY_SECONDS * 1000;
        this.reportFailedLaunch(reason, startedAt);
      } else this.addInstance(launch, startedAt);
    });
  }

  /**
   * Auto Scaling launches with its service-linked role, which a customer managed key has to let in by its own policy.
   * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
   */
  private refusalOfKey(): string | undefined {
    const { ec2, kms, account } = this.region;
    const key = this.settings.usesDefaultKey && ec2.ebsDefaultKeyId ? kms.key(ec2.ebsDefaultKeyId) : undefined;
    if (!key || key.KeyManager === 'AWS') return undefined;
    if (stateOf(key) !== 'Enabled')
      return 'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state.';
    const principalArn = serviceLinkedRole(this.region);
    const context = { ...viaService(this.region, 'ec2'), 'kms:GrantIsForAWSResource': 'true' };
    const isLetIn = keyUse(this.region, key.KeyId, ['CreateGrant'], context).every((access) =>
      isAllowed(account, { principalArn, accountId: account.id }, access),
    );
    return isLetIn ? undefined : 'Client.InternalError: Client error on launch.';
  }

  private reportFailedLaunch(reason: string, startedAt: Date): void {
    const message = `${reason} Launching EC2 instance failed.`;
    const { subnetId, zone } = this.place();
    const activity = this.record({
      Description: `Launching a new EC2 instance.  Status Reason: ${message}`,
      Cause: `At ${startedAt.toISOString()} an instance was started in response to a difference between desired and actual capacity.`,
      StartTime: startedAt,
      StatusCode: 'Failed',
      StatusMessage: message,
    });
    this.emit('EC2 Instance Launch Unsuccessful', activity, { instanceId: '', subnetId, zone });
  }

  private addInstance(launch: WorldLaunch, startedAt: Date): void {
    const { random, clock } = this.region.account;
    const { isSpot, instanceTypes, tags } = this.settings;
    const { subnetId, zone } = this.place();
    const id = `i-${random.hex(17)}`;
    const instance = new Ec2Instance(this.region, {
      InstanceId: id,
      State: 'pending',
      InstanceType: instanceTypes[0],
      StartSeconds: launch.StartSeconds,
      StartOutcome: launch.StartOutcome,
      Ssm: launch.Ssm,
      SsmOnlineSeconds: launch.SsmOnlineSeconds,
      Tags: { ...tags, 'aws:autoscaling:groupName': this.settings.name },
      ...(isSpot && { Spot: 'one-time' }),
    });
    instance.roleArn = this.settings.instanceRoleArn;
    this.region.ec2.add(instance);
    const member: Member = { instance, zone, subnetId, state: 'Pending', isUnhealthy: false };
    this.members.set(id, member);
    this.changed();
    instance.onStateChange(() => {
      this.lookSoon();
      if (instance.state !== 'running') return;
      const { InterruptedAfterSeconds, FailsAfterSeconds, ReplacedAfterSeconds } = launch;
      if (InterruptedAfterSeconds !== undefined) clock.after(InterruptedAfterSeconds, () => this.interrupt(instance));
      if (FailsAfterSeconds !== undefined) clock.after(FailsAfterSeconds, () => instance.terminate());
      if (ReplacedAfterSeconds !== undefined)
        clock.after(ReplacedAfterSeconds, () =>
          this.terminate(id, 'instances were launched to balance instances in other zones.'),
        );
    });
    this.record({
      Description: `Launching a new EC2 instance: ${id}`,
      Cause: `At ${startedAt.toISOString()} an instance was started in response to a difference between desired and actual capacity.`,
      StartTime: startedAt,
      StatusCode: 'Successful',
    });
  }

  /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
  private interrupt(instance: Ec2Instance): void {
    if (instance.state !== 'running') return;
    this.region.events.emit({
      source: 'aws.ec2',
      'detail-type': 'EC2 Spot Instance Interruption Warning',
      resources: [instance.arn.replace(`:${this.region.account.id}:`, '::')],
      detail: { 'instance-id': instance.id, 'instance-action': 'terminate' },
    });
    this.region.account.clock.after(INTERRUPTION_WARNING_SECONDS, () => instance.terminate());
  }

  private putInService(member: Member): void {
    member.state = 'InService';
    this.changed();
    const { id } = member.instance;
    const activity = this.activities.find(({ Description }) => Description?.endsWith(id)) ?? {};
    this.emit('EC2 Instance Launch Successful', activity, { instanceId: id, ...member });
  }

  private beginTermination(member: Member, cause: string): void {
    const { clock, random } = this.region.account;
    const { id } = member.instance;
    this.record({
      Description: `Terminating EC2 instance: ${id}`,
      Cause: `At ${clock.date.toISOString()} ${cause}`,
      StartTime: clock.date,
      StatusCode: 'InProgress',
    });
    const hook = [...this.hooks.values()].find(({ transition }) => transition.endsWith('_TERMINATING'));
    if (!hook) {
      this.endInstance(member);
      return;
    }
    const since = clock.now;
    member.state = 'Terminating:Wait';
    member.waiting = { hook, token: random.uuid(), since, cancelTimeout: this.timeOut(member, hook, since) };
    this.changed();
    this.region.events.emit({
      source: 'aws.autoscaling',
      'detail-type': 'EC2 Instance-terminate Lifecycle Action',
      resources: [this.arn],
      detail: {
        LifecycleActionToken: member.waiting.token,
        AutoScalingGroupName: this.settings.name,
        LifecycleHookName: hook.name,
        EC2InstanceId: id,
        LifecycleTransition: hook.transition,
        ...(hook.notificationMetadata !== undefined && { NotificationMetadata: hook.notificationMetadata }),
        Origin: 'AutoScalingGroup',
        Destination: 'EC2',
      },
    });
    this.lookSoon();
  }

  /** After the heartbeat's time, or in all after 100 of them or two days, the instance goes its way without an answer. */
  private timeOut(member: Member, hook: LifecycleHook, since: number): () => void {
    const { clock } = this.region.account;
    const end = since + Math.min(LONGEST_WAIT_SECONDS, 100 * hook.heartbeatSeconds) * 1000;
    const seconds = Math.min(hook.heartbeatSeconds, (end - clock.now) / 1000);
    return clock.after(seconds, () => {
      this.lifecycleTimeouts.push(member.instance.id);
      this.complete(member);
    });
  }

  private endInstance(member: Member): void {
    const { instance } = member;
    member.state = 'Terminating:Proceed';
    this.changed();
    const gone = () => {
      if (instance.state !== 'terminated') return;
      stop();
      this.members.delete(instance.id);
      this.changed();
      const description = `Terminating EC2 instance: ${instance.id}`;
      const activity: Partial<Activity> = this.activities.find(({ Description }) => Description === description) ?? {};
      activity.StatusCode = 'Successful';
      activity.EndTime = this.region.account.clock.date;
      this.emit('EC2 Instance Terminate Successful', activity, { instanceId: instance.id, ...member });
      this.lookSoon();
    };
    const stop = instance.onStateChange(gone);
    instance.terminate();
    gone();
  }

  private record(activity: Omit<Activity, 'ActivityId' | 'AutoScalingGroupName'>): Activity {
    const recorded: Activity = {
      ...activity,
      ActivityId: this.region.account.random.uuid(),
      AutoScalingGroupName: this.settings.name,
      AutoScalingGroupARN: this.arn,
      ...(activity.StatusCode !== 'InProgress' && { EndTime: this.region.account.clock.date }),
      Progress: 100,
    } as Activity;
    this.activities.unshift(recorded);
    return recorded;
  }

  /** Auto Scaling's events about its activities; their StatusCode is InProgress even when all went well. */
  private emit(
    detailType: string,
    activity: Partial<Activity>,
    { instanceId, subnetId, zone }: { instanceId: string; subnetId: string; zone: string },
  ): void {
    const { clock, random } = this.region.account;
    this.region.events.emit({
      source: 'aws.autoscaling',
      'detail-type': detailType,
      resources: [this.arn, ...(instanceId ? [this.region.arn('ec2', `instance/${instanceId}`)] : [])],
      detail: {
        StatusCode: activity.StatusCode === 'Failed' ? 'Failed' : 'InProgress',
        Description: activity.Description ?? '',
        AutoScalingGroupName: this.settings.name,
        ActivityId: activity.ActivityId ?? '',
        Details: { 'Availability Zone': zone, 'Subnet ID': subnetId },
        RequestId: random.uuid(),
        StatusMessage: activity.StatusMessage ?? '',
        StartTime: activity.StartTime?.toISOString() ?? '',
        EndTime: clock.date.toISOString(),
        EC2InstanceId: instanceId,
        Cause: activity.Cause ?? '',
      },
    });
  }

  private place(): { subnetId: string; zone: string } {
    const { subnetIds } = this.settings;
    const subnetId = subnetIds[this.activities.length % subnetIds.length] ?? '';
    return { subnetId, zone: this.region.ec2.network.subnet(subnetId)?.AvailabilityZone ?? `${this.region.name}a` };
  }

  private changed(): void {
    this.view.set(this.shape());
    this.region.account.observer.tell('group', this.settings.name, {
      desired: this.desired,
      instances: [...this.members.values()].map(({ instance, state }) => ({ id: instance.id, state })),
    });
  }

  private shape(): AutoScalingGroup {
    const { settings } = this;
    return {
      AutoScalingGroupName: settings.name,
      AutoScalingGroupARN: this.arn,
      MinSize: settings.minSize,
      MaxSize: settings.maxSize,
      DesiredCapacity: settings.desired,
      DefaultCooldown: settings.cooldownSeconds,
      AvailabilityZones: settings.subnetIds.map((id) => this.region.ec2.network.subnet(id)?.AvailabilityZone ?? ''),
      VPCZoneIdentifier: settings.subnetIds.join(','),
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: settings.healthCheckGraceSeconds,
      TerminationPolicies: ['Default'],
      NewInstancesProtectedFromScaleIn: false,
      LoadBalancerNames: [],
      TargetGroupARNs: [],
      SuspendedProcesses: [],
      EnabledMetrics: [],
      Tags: Object.entries(settings.tags).map(([Key, Value]) => ({
        ResourceId: settings.name,
        ResourceType: 'auto-scaling-group',
        Key,
        Value,
        PropagateAtLaunch: true,
      })),
      CreatedTime: this.region.account.clock.date,
      Instances: [...this.members.values()].map((member) => this.shapeOf(member)),
    };
  }

  private shapeOf({ instance, zone, state, isUnhealthy }: Member): Instance {
    return {
      InstanceId: instance.id,
      InstanceType: instance.instanceType,
      AvailabilityZone: zone,
      LifecycleState: state,
      HealthStatus: isUnhealthy ? 'Unhealthy' : 'Healthy',
      ProtectedFromScaleIn: false,
    };
  }
}

/** The role that AWS makes with an account's first group. It has no right to use a customer managed key of its own. */
function serviceLinkedRole({ account }: Region): string {
  const { iam } = account.region();
  const service = 'autoscaling.amazonaws.com';
  const RoleName = 'AWSServiceRoleForAutoScaling';
  const Path = `/aws-service-role/${service}/`;
  const arn = `arn:${account.partition.id}:iam::${account.id}:role${Path}${RoleName}`;
  const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  if (!iam.exists(arn)) iam.CreateRole({ RoleName, Path, AssumeRolePolicyDocument });
  return arn;
}

const launchErrors: Record<NonNullable<WorldLaunch['Error']>, string> = {
  InsufficientInstanceCapacity:
    'We currently do not have sufficient capacity in the Availability Zone you requested. Our system will be working on provisioning additional capacity.',
  UnauthorizedOperation: 'You are not authorized to use launch template.',
  'InvalidAMIID.NotFound': 'The image id does not exist.',
};
