import { checkBackupRole, checkRoleRights } from '../shared/backup-role';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { type Findings, joinFindings } from '../shared/findings';
import { checkServiceOptIn } from '../shared/service-opt-in';
import { accountOf } from './destination';
import { checkDestinationKey } from './destination-key';
import type { BackupSettings, RecoverySettings } from './input';
import type { RecoveryPlan } from './recovery/recovery-plan';

const REGION = requireEnv('AWS_REGION');
const PARTITION = requireEnv('PARTITION');

/** Checks the role that AWS Backup assumes for a backup job, and that AWS Backup is turned on for EFS. Reads only. */
export async function checkBackupJob(
  { BackupJobIamRoleArn, AutomationAssumeRole }: Partial<BackupSettings>,
  fileSystemArn: string | undefined,
): Promise<Partial<Findings>> {
  if (!BackupJobIamRoleArn) return {};
  const rights: Right[] = fileSystemArn ? [[['elasticfilesystem:Backup'], fileSystemArn]] : [];
  return joinFindings(
    await checkServiceOptIn(backupIn(REGION, AutomationAssumeRole), 'EFS', REGION),
    await checkRole('BackupJobIamRoleArn', BackupJobIamRoleArn, accountOf(AutomationAssumeRole), rights),
  );
}

/**
 * Checks the roles that AWS Backup assumes for a copy and a restore, with their rights, the key of the restored file
 * system, and that AWS Backup is turned on for EFS: a copy takes hours, and what would fail the restore must not be found
 * after it. Reads only.
 */
export async function checkRecoveryJobs(
  lookup: Partial<RecoverySettings>,
  plan: RecoveryPlan | undefined,
): Promise<Findings> {
  const { AutomationAssumeRole, BackupVaultDestinationArn, DestinationRegionName } = lookup;
  const source = accountOf(AutomationAssumeRole);
  const destination = accountOf(lookup.DestinationAssumeRole ?? AutomationAssumeRole);
  const sourceVaultArn = `arn:${PARTITION}:backup:${plan?.sourceRegion}:${source}:backup-vault:${lookup.BackupVaultSourceName}`;
  const newFileSystem = `arn:${PARTITION}:elasticfilesystem:${DestinationRegionName}:${destination}:file-system/*`;
  const optIns: Findings[] = [];
  if (plan?.copyFrom)
    optIns.push(
      await checkServiceOptIn(backupIn(plan.sourceRegion, AutomationAssumeRole), 'EFS', plan.sourceRegion, 'recovery'),
    );
  if (DestinationRegionName) {
    const role = lookup.DestinationAssumeRole ?? AutomationAssumeRole;
    optIns.push(
      await checkServiceOptIn(backupIn(DestinationRegionName, role), 'EFS', DestinationRegionName, 'recovery'),
    );
  }
  return joinFindings(
    ...optIns,
    await checkDestinationKey(lookup),
    await checkRole('CopyJobIAMRoleArn', lookup.CopyJobIAMRoleArn, source, [
      ...(plan?.copyFrom ? [[['backup:CopyFromBackupVault'], sourceVaultArn] as Right] : []),
      ...(plan?.copyFrom && BackupVaultDestinationArn
        ? [[['backup:CopyIntoBackupVault'], BackupVaultDestinationArn] as Right]
        : []),
    ]),
    await checkRole(
      'RestoreJobIamRoleArn',
      lookup.RestoreJobIamRoleArn,
      destination,
      DestinationRegionName
        ? [[['elasticfilesystem:Restore', 'elasticfilesystem:CreateFileSystem'], newFileSystem]]
        : [],
      // AWS's own policy has it beside these. Whether every restore needs it no page says.
      DestinationRegionName ? [[['elasticfilesystem:TagResource'], newFileSystem]] : [],
    ),
  );
}

/** Actions, and the ARN that a job will need them on. Of those that it may not need, a denial is a warning. */
type Right = [actions: string[], resourceArn: string];

async function checkRole(
  key: string,
  roleArn: string | undefined,
  accountId: string,
  rights: Right[],
  perhapsNeeded: Right[] = [],
): Promise<Partial<Findings>> {
  if (!roleArn) return {};
  const found = await checkBackupRole(key, roleArn, accountId);
  if (found.problems || found.warnings) return found;
  const looks: Findings[] = [];
  for (const [actions, resourceArn] of rights) looks.push(await checkRoleRights(key, roleArn, actions, resourceArn));
  for (const [actions, resourceArn] of perhapsNeeded) {
    const { problems, warnings } = await checkRoleRights(key, roleArn, actions, resourceArn);
    looks.push({ problems: [], warnings: [...problems, ...warnings] });
  }
  return joinFindings(...looks);
}
