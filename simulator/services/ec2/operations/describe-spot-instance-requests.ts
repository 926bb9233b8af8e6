import type { DescribeSpotInstanceRequestsRequest, DescribeSpotInstanceRequestsResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../../errors';
import { requireSupported } from '../../../supported-parameters';
import { page } from '../../page';
import { checkFilters, passes } from '../filters';
import type { Ec2State } from '../state';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html */
export function DescribeSpotInstanceRequests(
  this: Ec2State,
  input: DescribeSpotInstanceRequestsRequest,
): DescribeSpotInstanceRequestsResult {
  requireSupported('ec2:DescribeSpotInstanceRequests', input, [
    'SpotInstanceRequestIds',
    'Filters',
    'MaxResults',
    'NextToken',
    'DryRun',
  ]);
  this.refuseDryRun(input);
  checkFilters(input.Filters);
  const wanted = input.SpotInstanceRequestIds;
  const spot = this.instances.all().filter((instance) => instance.spotRequestId);
  for (const id of wanted ?? []) {
    if (spot.some((instance) => instance.spotRequestId === id)) continue;
    throw new AwsError('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${id}' does not exist`);
  }
  const selected = spot.filter(
    (instance) =>
      (!wanted?.length || wanted.includes(instance.spotRequestId ?? '')) &&
      passes(input.Filters, (name) => {
        if (name === 'instance-id') return [instance.id];
        if (name === 'spot-instance-request-id') return [instance.spotRequestId ?? ''];
        if (name === 'type') return [instance.declared.Spot ?? ''];
        if (name === 'state') return ['active'];
        return undefined;
      }),
  );
  const { items, nextToken } = page(selected, input.MaxResults, input.NextToken);
  return {
    SpotInstanceRequests: items.map((instance) => ({
      SpotInstanceRequestId: instance.spotRequestId,
      InstanceId: instance.id,
      Type: instance.declared.Spot,
      State: 'active',
    })),
    NextToken: nextToken,
  };
}
