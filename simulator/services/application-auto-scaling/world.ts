import type {
  ScalableDimension,
  SuspendedState,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';

/** A table or an index that is scaled, with its policies, as a world file declares it. */
export interface WorldScalableTarget {
  /** `table/Orders` or `table/Orders/index/ByStatus`. */
  ResourceId: string;
  ScalableDimension: ScalableDimension;
  MinCapacity: number;
  MaxCapacity: number;
  SuspendedState?: SuspendedState;
  Policies?: {
    PolicyName: string;
    TargetTrackingScalingPolicyConfiguration?: TargetTrackingScalingPolicyConfiguration;
  }[];
  Region?: string;
}
