import {
  PutScalingPolicyCommand,
  paginateDescribeScalingPolicies,
  type ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import { autoScaling, indexOf, resourceIdsOf } from './auto-scaling-targets';
import { canChangeIndex, sorted, type TableSetting } from './table-setting';

/** When auto scaling changes the capacity. Policies go with their targets. */
export const autoScalingPolicies: TableSetting<{ scalingPolicies: ScalingPolicy[] }> = {
  name: 'auto scaling policy',
  async read(table, TableName) {
    const found: ScalingPolicy[] = [];
    for (const ResourceId of resourceIdsOf(table, TableName)) {
      const query = { ServiceNamespace: 'dynamodb' as const, ResourceId };
      for await (const page of paginateDescribeScalingPolicies({ client: autoScaling }, query))
        found.push(...(page.ScalingPolicies ?? []));
    }
    return { scalingPolicies: JSON.parse(JSON.stringify(found)) };
  },
  changes(situation) {
    const isThere = (policy: ScalingPolicy) =>
      situation.now.scalingPolicies.some(
        (other) =>
          other.PolicyName === policy.PolicyName &&
          other.ResourceId === policy.ResourceId &&
          other.ScalableDimension === policy.ScalableDimension,
      );
    return situation.wanted.scalingPolicies
      .filter((policy) => canChangeIndex(situation, indexOf(policy)) && !isThere(policy))
      .map((policy) => ({
        what: `auto scaling policy ${policy.PolicyName}`,
        apply: () =>
          autoScaling.send(
            new PutScalingPolicyCommand({
              ServiceNamespace: policy.ServiceNamespace,
              ResourceId: policy.ResourceId,
              ScalableDimension: policy.ScalableDimension,
              PolicyName: policy.PolicyName,
              PolicyType: policy.PolicyType,
              TargetTrackingScalingPolicyConfiguration: policy.TargetTrackingScalingPolicyConfiguration,
            }),
          ),
      }));
  },
  comparable: ({ scalingPolicies }) =>
    sorted(scalingPolicies.map(({ PolicyARN, CreationTime, Alarms, ServiceNamespace, ...policy }) => policy)),
};
