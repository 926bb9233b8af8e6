import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors';
import { requireSupported } from '../../supported-parameters';
import { checkFilters, passes } from './filters';

const enabledByDefault = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];
const notOptedIn = ['af-south-1', 'ap-east-1', 'ca-west-1', 'eu-central-2', 'eu-south-1', 'eu-south-2', 'me-south-1'];

/** Carries out DescribeRegions for an account that has opted in to no further region. */
export function describeRegions(input: DescribeRegionsRequest): DescribeRegionsResult {
  requireSupported('ec2:DescribeRegions', input, ['RegionNames', 'Filters', 'AllRegions', 'DryRun']);
  checkFilters(input.Filters);
  const all = [...enabledByDefault, ...notOptedIn];
  for (const name of input.RegionNames ?? []) {
    if (!all.includes(name)) throw new AwsError('InvalidParameterValue', `Invalid region: ${name}`);
  }
  const offered = input.AllRegions ? all : enabledByDefault;
  const regions = offered
    .filter((name) => !input.RegionNames?.length || input.RegionNames.includes(name))
    .map((name) => ({
      RegionName: name,
      Endpoint: `ec2.${name}.amazonaws.com`,
      OptInStatus: enabledByDefault.includes(name) ? 'opt-in-not-required' : 'not-opted-in',
    }))
    .filter((region) =>
      passes(input.Filters, (filter) => {
        if (filter === 'region-name') return [region.RegionName];
        if (filter === 'opt-in-status') return [region.OptInStatus];
        if (filter === 'endpoint') return [region.Endpoint];
        return undefined;
      }),
    );
  return { Regions: regions };
}
