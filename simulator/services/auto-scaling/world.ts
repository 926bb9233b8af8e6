/**
 * How the instances behave that an Auto Scaling group tries to launch: each attempt takes the first entry whose `Times`
 * are not used up, and an ordinary one when none is left.
 */
export interface WorldLaunch {
  /** The launch fails with this error of EC2 instead of bringing an instance. */
  Error?: 'InsufficientInstanceCapacity' | 'UnauthorizedOperation' | 'InvalidAMIID.NotFound';
  /** Until the instance exists, or the attempt has failed. */
  LaunchSeconds?: number;
  /** From `pending` to `running`. */
  StartSeconds?: number;
  StartOutcome?: 'stuck';
  Ssm?: 'Online' | 'ConnectionLost' | 'Unmanaged';
  SsmOnlineSeconds?: number;
  /** EC2 takes the Spot Instance back so long after it runs, two minutes after a warning. */
  InterruptedAfterSeconds?: number;
  /** The instance dies so long after it runs, without a warning. */
  FailsAfterSeconds?: number;
  /** Auto Scaling replaces the instance so long after it runs (as in AZ rebalancing). */
  ReplacedAfterSeconds?: number;
  /** How many attempts go like this; by default 1. */
  Times?: number | 'always';
}
