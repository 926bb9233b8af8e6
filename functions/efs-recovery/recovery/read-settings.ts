import { GetRecoveryPointRestoreMetadataCommand } from '@aws-sdk/client-backup';
import {
  DescribeAccessPointsCommand,
  DescribeBackupPolicyCommand,
  DescribeFileSystemPolicyCommand,
  DescribeFileSystemsCommand,
  DescribeLifecycleConfigurationCommand,
  type EFSClient,
  type FileSystemDescription,
  type Tag,
} from '@aws-sdk/client-efs';
import { backupIn } from '../../shared/clients/backup';
import { efsIn } from '../../shared/clients/efs';
import { describeError, task } from '../../shared/task';
import { destinationOf } from '../destination';
import { type FileSystemSettings, isLive } from '../file-system';
import type { RecoverySettings } from '../input';
import type { RecoveryPlan } from './find-recovery-point';

interface Input {
  problems: string[];
  settings?: RecoverySettings;
  plan?: RecoveryPlan;
}

interface Output {
  problems: string[];
  fileSystem?: FileSystemSettings;
}

/**
 * Reads the settings for the restored file system: from the live file system, or, when it or its region is gone, from
 * the recovery point. Adds to the problems found so far; reads only.
 */
export const handler = task(async ({ problems, settings, plan }: Input): Promise<Output> => {
  if (!settings || !plan || !(plan.copyFrom ?? plan.restoreFrom)) return { problems };
  try {
    const live = plan.isSourceReachable ? await readLive(settings, plan.sourceRegion) : undefined;
    return { problems, fileSystem: live ?? (await readFromRecoveryPoint(settings, plan)) };
  } catch (error) {
    if ((error as Error).name !== 'AccessDeniedException') throw error;
    return { problems: [...problems, `FileSystemID: its settings may not be read (${describeError(error)})`] };
  }
});

async function readLive(settings: RecoverySettings, region: string): Promise<FileSystemSettings | undefined> {
  const efs = efsIn(region, settings.AutomationAssumeRole);
  const FileSystemId = settings.FileSystemID;
  const description = await efs
    .send(new DescribeFileSystemsCommand({ FileSystemId }))
    .then(({ FileSystems }) => FileSystems?.[0])
    .catch((error: Error) => {
      if (error.name !== 'FileSystemNotFound') throw error;
      return undefined;
    });
  if (!description || !isLive(description)) return undefined;
  const { LifecyclePolicies } = await efs.send(new DescribeLifecycleConfigurationCommand({ FileSystemId }));
  const backup = await unlessNotFound(efs.send(new DescribeBackupPolicyCommand({ FileSystemId })));
  const policy = await unlessNotFound(efs.send(new DescribeFileSystemPolicyCommand({ FileSystemId })));
  return {
    ...basics(description),
    tags: plain(description.Tags),
    lifecyclePolicies: LifecyclePolicies ?? [],
    isBackupEnabled: ['ENABLED', 'ENABLING'].includes(backup?.BackupPolicy?.Status ?? ''),
    policy: policy?.Policy,
    accessPoints: await readAccessPoints(efs, FileSystemId),
  };
}

function basics(description: FileSystemDescription): FileSystemSettings {
  return {
    readFrom: 'file-system',
    isEncrypted: description.Encrypted ?? false,
    performanceMode: description.PerformanceMode ?? 'generalPurpose',
    throughputMode: description.ThroughputMode,
    provisionedThroughputInMibps: description.ProvisionedThroughputInMibps,
  };
}

async function readAccessPoints(efs: EFSClient, FileSystemId: string): Promise<FileSystemSettings['accessPoints']> {
  const accessPoints: FileSystemSettings['accessPoints'] = [];
  let NextToken: string | undefined;
  do {
    const page = await efs.send(new DescribeAccessPointsCommand({ FileSystemId, NextToken }));
    for (const { AccessPointArn = '', PosixUser, RootDirectory, Tags } of page.AccessPoints ?? []) {
      accessPoints.push({
        arn: AccessPointArn,
        posixUser: PosixUser as NonNullable<FileSystemSettings['accessPoints']>[number]['posixUser'],
        rootDirectory: RootDirectory as NonNullable<FileSystemSettings['accessPoints']>[number]['rootDirectory'],
        tags: plain(Tags),
      });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return accessPoints;
}

/** EFS answers PolicyNotFound for a file system without a policy. */
async function unlessNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as Error).name === 'PolicyNotFound') return undefined;
    throw error;
  }
}

function plain(tags: Tag[] | undefined): Record<string, string> {
  // Tags with the prefix aws: are reserved and cannot be set.
  return Object.fromEntries(
    (tags ?? []).flatMap(({ Key, Value }) => (Key && !Key.startsWith('aws:') ? [[Key, Value ?? '']] : [])),
  );
}

/** A backup keeps the basics only (GetRecoveryPointRestoreMetadata); read in the region where the recovery point can be reached. */
async function readFromRecoveryPoint(settings: RecoverySettings, plan: RecoveryPlan): Promise<FileSystemSettings> {
  const isCopied = plan.restoreFrom !== undefined;
  const { region, vaultName, assumeRoleArn } = isCopied
    ? destinationOf(settings)
    : {
        region: plan.sourceRegion,
        vaultName: settings.BackupVaultSourceName,
        assumeRoleArn: settings.AutomationAssumeRole,
      };
  const { RestoreMetadata = {} } = await backupIn(region, assumeRoleArn).send(
    new GetRecoveryPointRestoreMetadataCommand({
      BackupVaultName: vaultName,
      RecoveryPointArn: plan.restoreFrom ?? plan.copyFrom,
    }),
  );
  const lower = Object.fromEntries(Object.entries(RestoreMetadata).map(([key, value]) => [key.toLowerCase(), value]));
  return {
    readFrom: 'recovery-point',
    isEncrypted: lower.encrypted === 'true',
    performanceMode: lower.performancemode ?? 'generalPurpose',
  };
}
