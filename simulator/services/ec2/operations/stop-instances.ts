import type { StopInstancesRequest, StopInstancesResult } from '@aws-sdk/client-ec2';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';
import { stopRefusal } from '../state-changes';

export function StopInstances(this: Ec2State, input: StopInstancesRequest): StopInstancesResult {
  requireSupported('ec2:StopInstances', input, ['InstanceIds', 'Force', 'DryRun']);
  const instances = this.instances.named(this.requireIds(input.InstanceIds));
  this.refuseDryRun(input);
  // All or nothing: one instance that cannot be stopped leaves the others running.
  for (const instance of instances) {
    const refusal = stopRefusal(instance);
    if (refusal) throw refusal;
  }
  this.stopTokens.take(instances.length);
  return { StoppingInstances: instances.map((instance) => instance.stop(input.Force ?? false)) };
}
