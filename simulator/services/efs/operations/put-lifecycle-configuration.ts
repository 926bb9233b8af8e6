import type { LifecycleConfigurationDescription, PutLifecycleConfigurationRequest } from '@aws-sdk/client-efs';
import { putLifecyclePolicies } from '../policies';
import type { EfsState } from '../state';

export function PutLifecycleConfiguration(
  this: EfsState,
  input: PutLifecycleConfigurationRequest,
): LifecycleConfigurationDescription {
  const fileSystem = this.requireAvailable(input.FileSystemId);
  putLifecyclePolicies(fileSystem, input.LifecyclePolicies ?? []);
  return { LifecyclePolicies: fileSystem.lifecyclePolicies };
}
