import type { PerformanceMode, ThroughputMode } from '@aws-sdk/client-efs';
import type { Region } from '../../places';
import { efsError } from './errors';

/** What a file system is given for good, and its throughput. */
export interface Settings {
  PerformanceMode?: PerformanceMode | undefined;
  Encrypted?: boolean | undefined;
  KmsKeyId?: string | undefined;
  ThroughputMode?: ThroughputMode | undefined;
  ProvisionedThroughputInMibps?: number | undefined;
  AvailabilityZoneName?: string | undefined;
}

const throughputModes: ThroughputMode[] = ['bursting', 'provisioned', 'elastic'];

/** Refuses settings that EFS does not combine. */
export function checkSettings(region: Region, settings: Settings): void {
  const { PerformanceMode: mode = 'generalPurpose', Encrypted, KmsKeyId, AvailabilityZoneName: zone } = settings;
  if (mode !== 'generalPurpose' && mode !== 'maxIO') {
    throw efsError('ValidationException', `Invalid performance mode: ${mode}`);
  }
  if (KmsKeyId !== undefined && !Encrypted) {
    throw efsError('BadRequest', 'If a KMS key is specified, the file system must be encrypted.');
  }
  if (KmsKeyId !== undefined) checkKey(region, KmsKeyId);
  checkThroughput(settings);
  if (mode === 'maxIO' && settings.ThroughputMode === 'elastic') {
    throw efsError('BadRequest', 'The maxIO performance mode is not supported with elastic throughput.');
  }
  if (zone === undefined) return;
  if (!new RegExp(`^${region.name}[a-f]$`).test(zone)) {
    throw efsError('UnsupportedAvailabilityZone', `The Availability Zone ${zone} is not supported.`);
  }
  if (mode === 'maxIO') {
    throw efsError('BadRequest', 'The maxIO performance mode is not supported on One Zone file systems.');
  }
}

/** Refuses a throughput without its mode, and the mode without its throughput. */
export function checkThroughput({ ThroughputMode: mode = 'bursting', ProvisionedThroughputInMibps }: Settings): void {
  if (!throughputModes.includes(mode)) throw efsError('ValidationException', `Invalid throughput mode: ${mode}`);
  const isGiven = ProvisionedThroughputInMibps !== undefined;
  if (isGiven !== (mode === 'provisioned') || (isGiven && ProvisionedThroughputInMibps < 1)) {
    throw efsError('BadRequest', 'Provisioned throughput requires ThroughputMode and ProvisionedThroughputInMibps.');
  }
}

/** Refuses a key that this region cannot have; whether it exists is not simulated. */
function checkKey(region: Region, key: string): void {
  if (keyIsUsable(region, key)) return;
  throw efsError('BadRequest', `The KMS key ${key} is not valid in ${region.name}.`);
}

/** Whether a key's ARN, id or alias can be one of this region. */
export function keyIsUsable(region: Region, key: string): boolean {
  const [, , service, keyRegion] = key.split(':');
  if (!key.startsWith('arn:')) return true;
  return service === 'kms' && keyRegion === region.name;
}

/** A key as a full ARN. */
export function keyArn(region: Region, key: string): string {
  if (key.startsWith('arn:')) return key;
  return region.arn('kms', key.startsWith('alias/') ? key : `key/${key}`);
}

/** The key `aws/elasticfilesystem` of the region, which is used where none is named. */
export function defaultKeyArn(region: Region): string {
  const number = region.account.partition.regions.indexOf(region.name) + 1;
  return region.arn('kms', `key/ef500000-0000-4000-8000-${String(number).padStart(12, '0')}`);
}
