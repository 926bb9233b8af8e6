import type { TerminateInstancesRequest, TerminateInstancesResult } from '@aws-sdk/client-ec2';
import { requireSupported } from '../../../supported-parameters';
import { stateShape } from '../instance';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
export function TerminateInstances(this: Ec2State, input: TerminateInstancesRequest): TerminateInstancesResult {
  requireSupported('ec2:TerminateInstances', input, ['InstanceIds', 'DryRun']);
  const instances = this.instances.named(this.requireIds(input.InstanceIds));
  this.refuseDryRun(input);
  return {
    TerminatingInstances: instances.map((instance) => {
      const PreviousState = stateShape(instance.state);
      instance.terminate();
      return { InstanceId: instance.id, PreviousState, CurrentState: stateShape(instance.state) };
    }),
  };
}

TerminateInstances.access = (state: Ec2State, { InstanceIds = [] }: TerminateInstancesRequest) =>
  InstanceIds.map((id) => state.accessTo('ec2:TerminateInstances', id));
