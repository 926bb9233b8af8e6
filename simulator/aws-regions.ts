/** The regions of AWS that every account can use from the beginning. */
const DEFAULT_REGIONS: readonly string[] = [
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

/** Those that an account has to opt in to first. */
export const OPT_IN_REGIONS: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
];

/** A part of AWS with accounts, ARNs and addresses of its own. */
export interface Partition {
  id: 'aws' | 'aws-cn' | 'aws-us-gov';
  /** `AWS::URLSuffix`. */
  urlSuffix: string;
  regions: readonly string[];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const PARTITIONS: readonly Partition[] = [
  { id: 'aws', urlSuffix: 'amazonaws.com', regions: [...DEFAULT_REGIONS, ...OPT_IN_REGIONS] },
  { id: 'aws-cn', urlSuffix: 'amazonaws.com.cn', regions: ['cn-north-1', 'cn-northwest-1'] },
  { id: 'aws-us-gov', urlSuffix: 'amazonaws.com', regions: ['us-gov-east-1', 'us-gov-west-1'] },
];

/** The partition of a region; that of the default regions for a name that AWS does not know. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.includes(region)) ?? (PARTITIONS[0] as Partition);
}

/** Whether AWS has a region of that name. */
export function isRegion(name: string): boolean {
  return PARTITIONS.some(({ regions }) => regions.includes(name));
}
