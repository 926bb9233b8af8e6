import { GetRecoveryPointRestoreMetadataCommand } from '@aws-sdk/client-backup';
import { backupIn } from '../../shared/clients/backup';
import { destinationOf } from '../destination';
import type { FileSystemSettings } from '../file-system';
import type { RecoverySettings } from '../input';
import { readLive } from './live-settings';
import { type Looks, startLooking } from './looks';
import type { RecoveryPlan } from './recovery-plan';

/**
 * Reads the settings for the restored file system: from the live file system, or, when it or its region is gone, from
 * the recovery point. A look that is refused or gets no answer leaves its setting unknown, and the result names it.
 * Changes nothing; access points, which can be many, are stored beside the run's record. Safe to repeat.
 */
export async function readSettings(
  settings: RecoverySettings,
  plan: RecoveryPlan,
  runId: string,
): Promise<FileSystemSettings> {
  const look = startLooking();
  const live = plan.isSourceReachable
    ? await readLive(settings, plan.sourceRegion, look, { runId, isDryRun: settings.DryRun })
    : undefined;
  const known = live ?? (await readFromRecoveryPoint(settings, plan, look));
  return withAssumptions(known, settings);
}

/**
 * A backup keeps the basics at most; read in the region where the recovery point can be reached. AWS's one documented
 * member is the file system's id (API_StartRestoreJob, "Returned in GetRecoveryPointRestoreMetadata"), so a member that
 * is absent says nothing.
 */
async function readFromRecoveryPoint(
  settings: RecoverySettings,
  plan: RecoveryPlan,
  look: Looks,
): Promise<FileSystemSettings> {
  const isCopied = plan.restoreFrom !== undefined;
  const { region, vaultName, assumeRoleArn } = isCopied
    ? destinationOf(settings)
    : {
        region: plan.sourceRegion,
        vaultName: settings.BackupVaultSourceName,
        assumeRoleArn: settings.AutomationAssumeRole,
      };
  const command = new GetRecoveryPointRestoreMetadataCommand({
    BackupVaultName: vaultName,
    RecoveryPointArn: plan.restoreFrom ?? plan.copyFrom,
  });
  const answer = await look.at('settings in the recovery point', backupIn(region, assumeRoleArn).send(command));
  const entries = Object.entries(answer?.RestoreMetadata ?? {});
  const lower = Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value]));
  return {
    readFrom: 'recovery-point',
    isEncrypted: { true: true, false: false }[lower.encrypted?.toLowerCase() ?? ''],
    performanceMode: lower.performancemode,
    notRestored: [
      ...look.unread,
      'throughput mode, tags, lifecycle policies, backup policy, file system policy, access points, One Zone storage, replication and its protection: the source could not be asked, and a backup does not keep them',
    ],
  };
}

function withAssumptions(fileSystem: FileSystemSettings, settings: RecoverySettings): FileSystemSettings {
  const { DestinationKmsKeyId: key, AvailabilityZoneName: zone } = settings;
  const { isEncrypted, performanceMode, availabilityZoneName } = fileSystem;
  const assumptions: string[] = [];
  if (isEncrypted === undefined)
    assumptions.push(
      `whether the source was encrypted is not known, so the file system is encrypted with ${key ?? `the key aws/elasticfilesystem of ${settings.DestinationRegionName}`}`,
    );
  if (performanceMode === undefined)
    assumptions.push("the source's performance mode is not known, so the file system has generalPurpose");
  const notRestored = [...(fileSystem.notRestored ?? [])];
  if (availabilityZoneName && !zone)
    notRestored.push(
      `One Zone storage: the source is in ${availabilityZoneName}, the restored file system is Regional; AvailabilityZoneName in the input restores into one zone`,
    );
  return { ...fileSystem, notRestored, assumptions };
}
