import type { DescribeInstanceAttributeRequest, InstanceAttribute } from '@aws-sdk/client-ec2';
import { SimulatorError } from '../../../errors';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
export function DescribeInstanceAttribute(this: Ec2State, input: DescribeInstanceAttributeRequest): InstanceAttribute {
  requireSupported('ec2:DescribeInstanceAttribute', input, ['InstanceId', 'Attribute', 'DryRun']);
  const [instance] = this.instances.named(this.requireIds(input.InstanceId ? [input.InstanceId] : undefined));
  this.refuseDryRun(input);
  if (input.Attribute !== 'disableApiStop') {
    throw new SimulatorError(`ec2:DescribeInstanceAttribute: the attribute ${input.Attribute} is not simulated.`);
  }
  return { InstanceId: input.InstanceId, DisableApiStop: { Value: instance?.stopProtected ?? false } };
}

DescribeInstanceAttribute.access = (state: Ec2State, { InstanceId }: DescribeInstanceAttributeRequest): Access[] => {
  const action = 'ec2:DescribeInstanceAttribute';
  return [InstanceId ? state.accessTo(action, InstanceId) : { action, resource: '*' }];
};
