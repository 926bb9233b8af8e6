import type { DescribeLifecycleConfigurationRequest, LifecycleConfigurationDescription } from '@aws-sdk/client-efs';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_DescribeLifecycleConfiguration.html */
export function DescribeLifecycleConfiguration(
  this: EfsState,
  input: DescribeLifecycleConfigurationRequest,
): LifecycleConfigurationDescription {
  return { LifecyclePolicies: this.find(input.FileSystemId).lifecyclePolicies };
}
