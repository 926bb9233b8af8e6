import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import { OPT_IN_REGIONS } from '../../aws-regions';
import { AwsError } from '../../errors';
import type { Account } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { checkFilters, passes } from './filters';

/** Carries out DescribeRegions for an account that has opted in to all regions but the disabled ones. */
export function describeRegions(account: Account, input: DescribeRegionsRequest): DescribeRegionsResult {
  requireSupported('ec2:DescribeRegions', input, ['RegionNames', 'Filters', 'AllRegions', 'DryRun']);
  checkFilters(input.Filters);
  const { regions: all, urlSuffix } = account.partition;
  for (const name of input.RegionNames ?? []) {
    if (!all.includes(name)) throw new AwsError('InvalidParameterValue', `Invalid region: ${name}`);
  }
  const offered = input.AllRegions ? all : all.filter((name) => !account.disabledRegions.has(name));
  const regions = offered
    .filter((name) => !input.RegionNames?.length || input.RegionNames.includes(name))
    .map((name) => ({
      RegionName: name,
      Endpoint: `ec2.${name}.${urlSuffix}`,
      OptInStatus: optInStatus(account, name),
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

function optInStatus(account: Account, name: string): string {
  if (account.disabledRegions.has(name)) return 'not-opted-in';
  return OPT_IN_REGIONS.includes(name) ? 'opted-in' : 'opt-in-not-required';
}
