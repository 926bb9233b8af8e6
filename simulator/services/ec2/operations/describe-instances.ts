import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import { requireSupported } from '../../../supported-parameters';
import { page } from '../../page';
import type { Ec2Instance } from '../instance';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export function DescribeInstances(this: Ec2State, input: DescribeInstancesRequest): DescribeInstancesResult {
  requireSupported('ec2:DescribeInstances', input, ['InstanceIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun']);
  this.refuseDryRun(input);
  this.checkPage(input);
  const selected = this.instances.select(input.InstanceIds, input.Filters);
  const { items, nextToken } = page(selected, input.MaxResults, input.NextToken);
  const reservations = new Map<string, Ec2Instance[]>();
  for (const instance of items) {
    const together = reservations.get(instance.reservationId);
    if (together) together.push(instance);
    else reservations.set(instance.reservationId, [instance]);
  }
  return {
    Reservations: [...reservations].map(([ReservationId, together]) => ({
      ReservationId,
      OwnerId: this.region.account.id,
      Groups: [],
      Instances: together.map((instance) => instance.describe()),
    })),
    NextToken: nextToken,
  };
}
