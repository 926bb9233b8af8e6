import type { LifecycleConfigurationDescription, PutLifecycleConfigurationRequest } from '@aws-sdk/client-efs';
import { putLifecyclePolicies } from '../policies';
import type { EfsState } from '../state';

/** https://docs.aws.amazon.com/efs/latest/ug/API_PutLifecycleConfiguration.html */
export function PutLifecycleConfiguration(
  this: EfsState,
  input: PutLifecycleConfigurationRequest,
): LifecycleConfigurationDescription {
  const fileSystem = this.requireAvailable(input.FileSystemId);
  putLifecyclePolicies(fileSystem, input.LifecyclePolicies ?? []);
  return { LifecyclePolicies: fileSystem.lifecyclePolicies };
}
