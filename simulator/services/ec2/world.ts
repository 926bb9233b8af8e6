/** How a script ends on an instance; the first entry whose text occurs in the command line counts. */
export interface WorldScript {
  /** A part of the command line. */
  Contains: string;
  Status:
    | 'Success'
    | 'Failed'
    | 'TimedOut'
    | 'DeliveryTimedOut'
    | 'Undeliverable'
    | 'Cancelled'
    /** SSM accepts the command, but no invocation for the instance is ever listed. */
    | 'NoInvocation';
  /** How long it runs; by default 5. */
  Seconds?: number;
  ExitCode?: number;
  Output?: string;
}

/** An EC2 instance as a world file declares it. */
export interface WorldInstance {
  InstanceId: string;
  State?: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  Tags?: Record<string, string>;
  Platform?: 'Linux' | 'Windows';
  RootDeviceType?: 'ebs' | 'instance-store';
  Spot?: 'one-time' | 'persistent';
  VolumeIds?: string[];
  /** Instances that were launched together share it. */
  ReservationId?: string;
  StopProtection?: boolean;
  InstanceType?: string;
  /** From `stopping` to `stopped`. */
  StopSeconds?: number;
  /** From `pending` to `running`. */
  StartSeconds?: number;
  /**
   * `keyRefused`: EC2 accepts the start and stops the instance again, as when the key of a volume cannot be used.
   */
  StartOutcome?: 'InsufficientInstanceCapacity' | 'keyRefused' | 'stuck';
  /** The ARN of the key of the volumes, one of `keys`; without it they are not encrypted. */
  VolumeKmsKeyId?: string;
  StopOutcome?: 'stuck';
  /** Whether its status checks pass two minutes after a boot, or never. */
  StatusChecks?: 'ok' | 'impaired';
  /** `Online` as long as the instance runs, never reachable, or unknown to SSM. */
  Ssm?: 'Online' | 'ConnectionLost' | 'Unmanaged';
  /** How long after `running` the SSM agent answers. */
  SsmOnlineSeconds?: number;
  Scripts?: WorldScript[];
  Region?: string;
}

/** An EBS snapshot as a world file declares it. */
export interface WorldEbsSnapshot {
  SnapshotId: string;
  VolumeId: string;
  State?: 'pending' | 'completed' | 'error';
  StartTime?: string;
  Tags?: Record<string, string>;
  Region?: string;
}

/** A subnet as a world file declares it. */
export interface WorldSubnet {
  SubnetId: string;
  VpcId: string;
  AvailabilityZone: string;
  Region?: string;
}

/** A security group as a world file declares it; its rules are not simulated. */
export interface WorldSecurityGroup {
  GroupId: string;
  VpcId: string;
  /** `default` makes it its VPC's own one. */
  GroupName?: string;
  Region?: string;
}

/** The part of a world that EC2 knows. */
export interface Ec2World {
  instances?: WorldInstance[];
  ebsSnapshots?: WorldEbsSnapshot[];
  subnets?: WorldSubnet[];
  securityGroups?: WorldSecurityGroup[];
  /** The account's default key for EBS in the stack's region, by its id; AWS's own when absent. */
  ebsDefaultKeyId?: string;
}
