import type { StopInstancesRequest, StopInstancesResult } from '@aws-sdk/client-ec2';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';
import { stopRefusal } from '../state-changes';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
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

StopInstances.access = (state: Ec2State, { InstanceIds }: StopInstancesRequest): Access[] => {
  const action = 'ec2:StopInstances';
  return InstanceIds?.length ? InstanceIds.map((id) => state.accessTo(action, id)) : [{ action, resource: '*' }];
};
