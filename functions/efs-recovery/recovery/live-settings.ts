import {
  DescribeBackupPolicyCommand,
  DescribeFileSystemPolicyCommand,
  DescribeFileSystemsCommand,
  DescribeLifecycleConfigurationCommand,
  DescribeReplicationConfigurationsCommand,
  type EFSClient,
  type FileSystemDescription,
  type LifecyclePolicy,
  type Tag,
} from '@aws-sdk/client-efs';
import { efsIn } from '../../shared/clients/efs';
import { hasName } from '../../shared/error-name';
import { type FileSystemSettings, isLive } from '../file-system';
import type { RecoverySettings } from '../input';
import { describeAccessPoints, saveAccessPoints, settableTags } from './access-points';
import type { Looks } from './looks';

/** Which run reads. */
interface Reader {
  runId: string;
  isDryRun: boolean;
}

/** Reads the settings of the live file system. Undefined when it is gone or cannot be asked. Reads only. */
export async function readLive(
  settings: RecoverySettings,
  region: string,
  look: Looks,
  reader: Reader,
): Promise<FileSystemSettings | undefined> {
  const efs = efsIn(region, settings.AutomationAssumeRole);
  const FileSystemId = settings.FileSystemID;
  const found = await look.at('settings of the source', unless('FileSystemNotFound', describe(efs, FileSystemId)));
  const description = found?.FileSystems?.[0];
  if (!description || !isLive(description)) return undefined;
  const lifecyclePolicies = await look.at('lifecycle policies', readLifecycle(efs, FileSystemId));
  const isBackupEnabled = await look.at('backup policy', readBackupPolicy(efs, FileSystemId));
  const policy = await look.at('file system policy', readPolicy(efs, FileSystemId));
  const accessPoints = await look.at('access points', readAccessPoints(efs, FileSystemId, reader));
  const replication = await look.at('replication', readReplication(efs, FileSystemId));
  const basic = basics(description);
  return {
    ...basic,
    tags: description.Tags && settableTags(description.Tags),
    lifecyclePolicies,
    isBackupEnabled,
    policy,
    ...accessPoints,
    notRestored: [...look.unread, ...(basic.notRestored ?? []), ...(replication ?? [])],
  };
}

/**
 * What becomes of each member of DescribeFileSystems' answer. Typed by the SDK's model, so that a member that a later
 * release of EFS adds does not compile until it is here: a setting that this list does not know would be lost silently.
 */
const MEMBERS = {
  FileSystemId: 'identity',
  FileSystemArn: 'identity',
  OwnerId: 'identity',
  CreationToken: 'identity',
  CreationTime: 'identity',
  Name: 'a tag',
  NumberOfMountTargets: 'by the input',
  LifeCycleState: 'state',
  SizeInBytes: 'state',
  PerformanceMode: 'put back',
  Encrypted: 'put back',
  KmsKeyId: 'by the input',
  ThroughputMode: 'put back',
  ProvisionedThroughputInMibps: 'put back',
  AvailabilityZoneName: 'by the input',
  AvailabilityZoneId: 'by the input',
  Tags: 'put back',
  FileSystemProtection: 'put back',
} satisfies Record<keyof FileSystemDescription, string>;

/** Members that EFS always has (API_FileSystemDescription): one that is absent from the answer is not known. */
const EXPECTED = {
  ThroughputMode: 'throughput mode',
  Tags: 'tags',
  FileSystemProtection: 'replication overwrite protection',
} as const;

function basics(description: FileSystemDescription): FileSystemSettings {
  const unknown = Object.keys(description).filter((member) => !(member in MEMBERS));
  const overwriteProtection = description.FileSystemProtection?.ReplicationOverwriteProtection;
  const absent = (Object.keys(EXPECTED) as (keyof typeof EXPECTED)[]).filter((name) => description[name] === undefined);
  return {
    readFrom: 'file-system',
    isEncrypted: description.Encrypted,
    performanceMode: description.PerformanceMode,
    throughputMode: description.ThroughputMode,
    provisionedThroughputInMibps: description.ProvisionedThroughputInMibps,
    availabilityZoneName: description.AvailabilityZoneName,
    overwriteProtection,
    notRestored: [
      ...absent.map((name) => `${EXPECTED[name]}: EFS did not say`),
      ...(description.FileSystemProtection && !overwriteProtection
        ? [`${EXPECTED.FileSystemProtection}: EFS did not say`]
        : []),
      ...awsTags(description.Tags ?? []),
      ...unknown.map((name) => `${name}: this release does not know the setting`),
    ],
  };
}

/** By these CloudFormation and others know what they made. EFS and AWS Backup set their own themselves. */
function awsTags(tags: Tag[]): string[] {
  const names = tags.flatMap(({ Key }) => (Key && /^aws:(?!elasticfilesystem:|backup:)/.test(Key) ? [Key] : []));
  return names.length > 0 ? [`tags that begin with aws:, which only AWS can set: ${names.join(', ')}`] : [];
}

function describe(efs: EFSClient, FileSystemId: string) {
  return efs.send(new DescribeFileSystemsCommand({ FileSystemId }));
}

async function readLifecycle(efs: EFSClient, FileSystemId: string): Promise<LifecyclePolicy[]> {
  const { LifecyclePolicies } = await efs.send(new DescribeLifecycleConfigurationCommand({ FileSystemId }));
  if (!LifecyclePolicies) throw new Error('EFS answered without policies');
  return LifecyclePolicies;
}

/** False when no policy was ever set: EFS then answers PolicyNotFound. */
async function readBackupPolicy(efs: EFSClient, FileSystemId: string): Promise<boolean> {
  const answer = await unless('PolicyNotFound', efs.send(new DescribeBackupPolicyCommand({ FileSystemId })));
  if (!answer) return false;
  const status = answer.BackupPolicy?.Status;
  if (!status) throw new Error('EFS answered without a status');
  return ['ENABLED', 'ENABLING'].includes(status);
}

/** Empty when there is none: EFS then answers PolicyNotFound. */
async function readPolicy(efs: EFSClient, FileSystemId: string): Promise<string> {
  const answer = await unless('PolicyNotFound', efs.send(new DescribeFileSystemPolicyCommand({ FileSystemId })));
  if (!answer) return '';
  if (!answer.Policy) throw new Error('EFS answered without a policy');
  return answer.Policy;
}

/** Replications are not made again: they would copy the restored data over another file system. */
async function readReplication(efs: EFSClient, FileSystemId: string): Promise<string[]> {
  const command = new DescribeReplicationConfigurationsCommand({ FileSystemId });
  const answer = await unless('ReplicationNotFound', efs.send(command));
  if (answer && !answer.Replications) throw new Error('EFS answered without replications');
  return (answer?.Replications ?? []).map(({ Destinations = [] }) => {
    const to = Destinations.map(({ FileSystemId: id, Region }) => `${id} in ${Region}`).join(', ');
    return `replication to ${to}: set it up again yourself`;
  });
}

/** Stores the access points of the source, but for a dry run, and returns their number. */
async function readAccessPoints(
  efs: EFSClient,
  FileSystemId: string,
  { runId, isDryRun }: Reader,
): Promise<Pick<FileSystemSettings, 'accessPointCount'>> {
  const pages = describeAccessPoints(efs, FileSystemId);
  if (!isDryRun) return { accessPointCount: await saveAccessPoints(runId, pages) };
  let accessPointCount = 0;
  for await (const page of pages) accessPointCount += page.length;
  return { accessPointCount };
}

/** The answer, or undefined for the error that means "there is none". */
async function unless<T>(errorName: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasName(error, errorName)) return undefined;
    throw error;
  }
}
