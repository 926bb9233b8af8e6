import type { DescribeInstanceStatusRequest, DescribeInstanceStatusResult } from '@aws-sdk/client-ec2';
import { requireSupported } from '../../../supported-parameters';
import { stateShape } from '../instance';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html */
export function DescribeInstanceStatus(
  this: Ec2State,
  input: DescribeInstanceStatusRequest,
): DescribeInstanceStatusResult {
  requireSupported('ec2:DescribeInstanceStatus', input, ['InstanceIds', 'IncludeAllInstances', 'DryRun']);
  this.refuseDryRun(input);
  const instances = this.instances.named(this.requireIds(input.InstanceIds));
  const shown = instances.filter(({ seenState }) => input.IncludeAllInstances || seenState === 'running');
  return {
    InstanceStatuses: shown.map((instance) => ({
      InstanceId: instance.id,
      InstanceState: stateShape(instance.seenState),
      InstanceStatus: { Status: instance.checkStatus },
      SystemStatus: { Status: instance.checkStatus },
    })),
  };
}
