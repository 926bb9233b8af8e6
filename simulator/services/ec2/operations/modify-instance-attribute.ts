import type { ModifyInstanceAttributeRequest } from '@aws-sdk/client-ec2';
import { SimulatorError } from '../../../errors';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html */
export function ModifyInstanceAttribute(this: Ec2State, input: ModifyInstanceAttributeRequest): Record<string, never> {
  requireSupported('ec2:ModifyInstanceAttribute', input, ['InstanceId', 'BlockDeviceMappings']);
  const [instance] = this.instances.named(this.requireIds(input.InstanceId ? [input.InstanceId] : undefined));
  const deletes = (input.BlockDeviceMappings ?? []).every(({ Ebs }) => Ebs?.DeleteOnTermination === true);
  if (!deletes) throw new SimulatorError('ec2:ModifyInstanceAttribute: only DeleteOnTermination is simulated.');
  if (instance) instance.keepsVolumes = false;
  return {};
}

ModifyInstanceAttribute.access = (state: Ec2State, { InstanceId = '' }: ModifyInstanceAttributeRequest) => [
  state.accessTo('ec2:ModifyInstanceAttribute', InstanceId),
];
