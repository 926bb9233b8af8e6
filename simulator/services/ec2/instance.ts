import type { Instance, InstanceState, InstanceStateChange } from '@aws-sdk/client-ec2';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import type { WorldInstance } from './world';

type StateName = NonNullable<WorldInstance['State']>;

const stateCodes: Record<StateName, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** How long a terminated instance is still listed. */
const terminatedVisibleSeconds = 3600;
/** From `running` to passed status checks. */
const statusCheckSeconds = 120;
const forcedStopSeconds = 20;
const terminateSeconds = 30;
/** From `pending` back to `stopped` when EC2 cannot use the key of a volume. */
const keyRefusedSeconds = 6;
/** EC2's words for a start that it takes back, by the behaviour of the doubt `ec2.startWithoutKey`. */
const keyRefusals = {
  InternalError: { Code: 'Client.InternalError', Message: 'Client.InternalError: Client error on launch' },
  InvalidState: {
    Code: 'Client.InvalidKMSKey.InvalidState',
    Message: 'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state',
  },
};
const volumeGibibytes = 8;
/** How long an instance of a world file has already been running or stopped. */
const settledForSeconds = 86_400;

interface Phase {
  state: StateName;
  /** When it began, in milliseconds since 1970. */
  since: number;
}

/** One simulated instance: its declaration and its life in virtual time. */
export class Ec2Instance {
  readonly id: string;
  readonly arn: string;
  readonly platform: 'Linux' | 'Windows';
  readonly volumeIds: string[];
  readonly reservationId: string;
  readonly instanceType: string;
  readonly rootDeviceType: 'ebs' | 'instance-store';
  readonly tags: Lagging<Record<string, string>>;
  /** What programs on the instance act as, by its instance profile. */
  roleArn: string | undefined;
  /** The profile, and since when it has it, in milliseconds since 1970. */
  profileArn: string | undefined;
  profileSince: number | undefined;
  /** Whether volumes but the first outlive it. */
  keepsVolumes = true;
  /** Where it is in the network; an instance of a world is in a place of its own. */
  subnetId: string | undefined;
  securityGroupIds: string[] = [];
  publicIpAddress: string | undefined;
  private readonly phase: Lagging<Phase>;
  private launchedAt: number;
  private stateTransitionReason = '';
  private startFailure: (typeof keyRefusals)['InternalError'] | undefined;
  private cancelTransition: (() => void) | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly region: Region,
    readonly declared: WorldInstance,
  ) {
    const { account } = region;
    const suffix = declared.InstanceId.slice('i-'.length);
    this.id = declared.InstanceId;
    this.arn = region.arn('ec2', `instance/${this.id}`);
    this.platform = declared.Platform ?? 'Linux';
    this.rootDeviceType = declared.RootDeviceType ?? 'ebs';
    this.volumeIds = declared.VolumeIds ?? (this.rootDeviceType === 'ebs' ? [`vol-${suffix}`] : []);
    this.reservationId = declared.ReservationId ?? `r-${suffix}`;
    this.instanceType = declared.InstanceType ?? 't3.micro';
    this.tags = new Lagging(account, { ...declared.Tags });
    const state = declared.State ?? 'running';
    const isSettled = state === 'running' || state === 'stopped';
    const since = account.clock.now - (isSettled ? settledForSeconds * 1000 : 0);
    this.launchedAt = since;
    this.phase = new Lagging(account, { state, since });
    // An instance that is declared in the middle of a change continues it.
    if (this.state === 'stopping') this.finishStop(this.stopSeconds);
    if (this.state === 'pending') this.finishStart();
    if (this.state === 'shutting-down') this.finishTermination();
  }

  get account() {
    return this.region.account;
  }

  get state(): StateName {
    return this.phase.current.state;
  }

  /** The state that describe calls show. */
  get seenState(): StateName {
    return this.phase.seen.state;
  }

  get stopProtected(): boolean {
    return this.declared.StopProtection ?? false;
  }

  get spotRequestId(): string | undefined {
    return this.declared.Spot && `sir-${this.id.slice(-8)}`;
  }

  get volumeGibibytes(): number {
    return volumeGibibytes;
  }

  /** When it came into its present state, in milliseconds since 1970. It tells one boot from the next. */
  get stateSince(): number {
    return this.phase.current.since;
  }

  /** Whether describe calls still know it. */
  get isListed(): boolean {
    const { state, since } = this.phase.current;
    return state !== 'terminated' || this.region.account.clock.now < since + terminatedVisibleSeconds * 1000;
  }

  /** Calls `listener` after every change of state; returns a function that ends it. */
  onStateChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  deviceOf(volumeId: string): string {
    return deviceName(this.volumeIds.indexOf(volumeId));
  }

  associateProfile(arn: string): void {
    this.profileArn = arn;
    this.profileSince = this.region.account.clock.now;
    this.roleArn = this.region.account.region().iam.instanceProfiles.get(arn);
  }

  /** Both status checks, two minutes after the boot (EC2 User Guide, "Status checks"). */
  get checkStatus(): 'ok' | 'initializing' | 'impaired' {
    if (this.declared.StatusChecks === 'impaired') return 'impaired';
    return this.region.account.clock.now - this.stateSince >= statusCheckSeconds * 1000 ? 'ok' : 'initializing';
  }

  stop(force: boolean): InstanceStateChange {
    const previous = this.state;
    if (previous === 'running') {
      this.enter('stopping', 'User initiated');
      this.finishStop(force ? forcedStopSeconds : this.stopSeconds, force);
    } else if (previous === 'stopping' && force) {
      this.finishStop(forcedStopSeconds, force);
    }
    return this.change(previous);
  }

  /** Starts it. Without the key of its volumes EC2 accepts the start and takes it back. */
  start(mayUseKey = true): InstanceStateChange {
    const previous = this.state;
    if (previous === 'stopped') {
      this.launchedAt = this.region.account.clock.now;
      this.startFailure = undefined;
      this.enter('pending');
      this.finishStart(mayUseKey);
    }
    return this.change(previous);
  }

  /** What TerminateInstances, Auto Scaling or Spot would do to it. */
  terminate(): void {
    if (this.state === 'terminated' || this.state === 'shutting-down') return;
    this.enter('shutting-down', 'User initiated');
    this.finishTermination();
  }

  describe(): Instance {
    const stateReason =
      this.stateTransitionReason === ''
        ? undefined
        : (this.startFailure ?? {
            Code: 'Client.UserInitiatedShutdown',
            Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
          });
    const launchTime = new Date(this.launchedAt);
    return {
      InstanceId: this.id,
      InstanceType: this.instanceType as Instance['InstanceType'],
      State: stateShape(this.seenState),
      StateTransitionReason: this.stateTransitionReason,
      StateReason: stateReason,
      LaunchTime: launchTime,
      Placement: { AvailabilityZone: `${this.region.name}a`, Tenancy: 'default' },
      // EC2 answers in lower case, whatever the SDK's type says.
      Platform: this.platform === 'Windows' ? ('windows' as string as Instance['Platform']) : undefined,
      PlatformDetails: this.platform === 'Windows' ? 'Windows' : 'Linux/UNIX',
      Architecture: 'x86_64',
      RootDeviceType: this.rootDeviceType,
      RootDeviceName: '/dev/xvda',
      InstanceLifecycle: this.declared.Spot ? 'spot' : undefined,
      SpotInstanceRequestId: this.spotRequestId,
      BlockDeviceMappings: this.volumeIds.map((volumeId, index) => ({
        DeviceName: deviceName(index),
        Ebs: { VolumeId: volumeId, Status: 'attached', DeleteOnTermination: index === 0 || !this.keepsVolumes },
      })),
      ...(this.subnetId && { SubnetId: this.subnetId }),
      ...(this.securityGroupIds.length > 0 && {
        SecurityGroups: this.securityGroupIds.map((GroupId) => ({ GroupId })),
      }),
      ...(this.publicIpAddress && { PublicIpAddress: this.publicIpAddress }),
      ...(this.profileArn && { IamInstanceProfile: { Arn: this.profileArn } }),
      Tags: Object.entries(this.tags.seen).map(([Key, Value]) => ({ Key, Value })),
    };
  }

  /** Its declaration with what changed since: a slice of a world file again. */
  toWorld(): WorldInstance {
    return { ...this.declared, State: this.state, Tags: { ...this.tags.current }, Region: this.region.name };
  }

  private get stopSeconds(): number {
    return this.declared.StopSeconds ?? this.region.account.random.between(20, 60);
  }

  private finishStop(seconds: number, force = false): void {
    this.cancelTransition?.();
    if (this.declared.StopOutcome === 'stuck' && !force) return;
    this.cancelTransition = this.region.account.clock.after(seconds, () => this.enter('stopped', 'User initiated'));
  }

  private finishStart(mayUseKey = true): void {
    this.cancelTransition?.();
    if (this.declared.StartOutcome === 'stuck') return;
    if (this.declared.StartOutcome === 'keyRefused' || !mayUseKey) {
      this.cancelTransition = this.region.account.clock.after(keyRefusedSeconds, () => {
        this.startFailure = keyRefusals[this.region.account.doubts.behaviour('ec2.startWithoutKey')];
        this.enter('stopped', this.startFailure.Code);
      });
      return;
    }
    const seconds = this.declared.StartSeconds ?? this.region.account.random.between(5, 20);
    this.cancelTransition = this.region.account.clock.after(seconds, () => this.enter('running'));
  }

  private finishTermination(): void {
    this.cancelTransition?.();
    this.cancelTransition = this.region.account.clock.after(terminateSeconds, () =>
      this.enter('terminated', 'User initiated'),
    );
  }

  private enter(state: StateName, reason?: string): void {
    const { clock } = this.region.account;
    this.phase.set({ state, since: clock.now });
    const time = clock.date.toISOString().slice(0, 19).replace('T', ' ');
    this.stateTransitionReason = reason ? `${reason} (${time} GMT)` : '';
    this.region.events.emit({
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      resources: [this.arn],
      detail: { 'instance-id': this.id, state },
    });
    this.region.account.observer.tell('instance', this.id, { state });
    for (const listener of [...this.listeners]) listener();
  }

  private change(previous: StateName): InstanceStateChange {
    return { InstanceId: this.id, PreviousState: stateShape(previous), CurrentState: stateShape(this.state) };
  }
}

/** A state with its code, as in the API's answers. */
export function stateShape(state: StateName): InstanceState {
  return { Code: stateCodes[state], Name: state };
}

function deviceName(index: number): string {
  return index === 0 ? '/dev/xvda' : `/dev/sd${String.fromCharCode('f'.charCodeAt(0) + index - 1)}`;
}
