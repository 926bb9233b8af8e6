import { answerOf } from '../functions/shared/answer';
import { hasName } from '../functions/shared/error-name';
import type { Config } from './config-file';
import type { Finding } from './finding';
import { findRecoveryPoints } from './recovery-points';
import { part, scheduledInputs } from './scheduled-inputs';
import type { Session } from './session';

const BACKUP_POLICY = 'AWSBackupServiceRolePolicyForBackup';
const RESTORE_POLICY = 'AWSBackupServiceRolePolicyForRestores';
const RESOURCE_TYPES = ['EC2', 'EFS', 'DynamoDB'] as const;

/** A vault that a schedule backs up into, with the retention that it asks for. */
interface WantedVault {
  name: string;
  deleteAfterDays?: number;
  schedule?: string;
}

/** Whether AWS Backup is turned on for what the workflows back up: where it is off, a job is refused. */
export async function checkOptIn(session: Session): Promise<Finding[]> {
  const { checkServiceOptIn } = await import('../functions/shared/service-opt-in');
  const { region } = await session.stack();
  const backup = await session.aws.client('backup');
  const findings: Finding[] = [];
  for (const type of RESOURCE_TYPES) {
    const { problems, warnings } = await checkServiceOptIn(backup, type, region);
    const [state] = [...problems, ...warnings];
    findings.push({
      subject: `AWS Backup for ${type}`,
      state: state ?? 'is turned on',
      ...(state && { advice: `aws backup update-region-settings --resource-type-opt-in-preference ${type}=true` }),
    });
  }
  return findings;
}

/**
 * Whether AWS Backup keeps tables itself (advanced DynamoDB backup). Where it is off, recovery points are backups of DynamoDB:
 * never cold, and never copied. https://docs.aws.amazon.com/aws-backup/latest/devguide/advanced-ddb-backup.html
 */
export async function checkAdvancedDynamoDb(session: Session): Promise<Finding[]> {
  const { ResourceTypeManagementPreference } = await (await session.aws.client('backup')).describeRegionSettings({});
  if (answerOf(ResourceTypeManagementPreference?.DynamoDB) !== 'no') return [];
  return [
    {
      subject: 'advanced DynamoDB backup',
      state: 'is off: recovery points of tables cannot be copied to another account or region, nor go to cold storage',
      advice: 'aws backup update-region-settings --resource-type-management-preference DynamoDB=true',
    },
  ];
}

/** The stack's vault, the configured one and those of the enabled schedules: type, state and lock. */
export async function checkVaults(session: Session, { vaultName }: Config): Promise<Finding[]> {
  const { outputs } = await session.stack();
  const named = [outputs.BackupVaultName, vaultName].flatMap((name) => (name ? [{ name }] : []));
  const wanted: WantedVault[] = [...named, ...(await vaultsOfSchedules(session))];
  const findings = (await Promise.all(wanted.map((vault) => checkOneVault(session, vault)))).flat();
  return findings.filter(
    ({ subject, state }, index) =>
      findings.findIndex((other) => other.subject === subject && other.state === state) === index,
  );
}

async function vaultsOfSchedules(session: Session): Promise<WantedVault[]> {
  const fleets = (await scheduledInputs(session, 'pre-post-backup')).map((input) => part(input, 'BackupDetails'));
  const fileSystems = await scheduledInputs(session, 'efs-backup');
  return [...fleets, ...fileSystems].flatMap((input): WantedVault[] => {
    const { DeleteAfterDays } = part(input, 'Lifecycle');
    const name = input.BackupVaultName;
    if (typeof name !== 'string') return [];
    const days = typeof DeleteAfterDays === 'number' ? DeleteAfterDays : undefined;
    return [{ name, schedule: 'scheduled', ...(days !== undefined && { deleteAfterDays: days }) }];
  });
}

async function checkOneVault({ aws }: Session, wanted: WantedVault): Promise<Finding[]> {
  const { checkVault } = await import('../functions/shared/backup-vault');
  const BackupVaultName = wanted.name;
  const subject = `backup vault ${BackupVaultName}`;
  const backup = await aws.client('backup');
  try {
    const vault = await backup.describeBackupVault({ BackupVaultName });
    const keys = { vault: 'vault', lifecycle: 'retention' };
    // Without a schedule it is not said how long anything is to be kept.
    const problems = checkVault(
      wanted.schedule ? vault : { ...vault, MaxRetentionDays: undefined },
      wanted.deleteAfterDays,
      'backup',
      keys,
    );
    if (problems.length === 0) return [{ subject, state: `${vault.NumberOfRecoveryPoints ?? 0} recovery points` }];
    return problems.map((state) => ({
      subject,
      state,
      advice: 'Correct the input of the schedule, or give it another vault.',
    }));
  } catch (error) {
    // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
    if (!hasName(error, 'ResourceNotFoundException', 'AccessDeniedException')) throw error;
    return [
      {
        subject,
        state: 'does not exist, or you may not look at it',
        advice: 'Correct vaultName, or create the vault.',
      },
    ];
  }
}

/**
 * Whether the vault of EFS's automatic backups can be copied and restored from: AWS's own policy denies both, so a file
 * system that has recovery points nowhere else cannot be recovered by efs-copy-restore.
 */
export async function checkAutomaticVault(session: Session): Promise<Finding[]> {
  const { AUTOMATIC_VAULT, checkVaultPolicy } = await import('../functions/efs-recovery/vault-policy');
  const points = await findRecoveryPoints(session, { type: 'EFS' });
  const fileSystems = new Set(points.filter(({ vault }) => vault === AUTOMATIC_VAULT).map(({ resource }) => resource));
  if (fileSystems.size === 0) return [];
  const backup = await session.aws.client('backup');
  const subject = `backup vault ${AUTOMATIC_VAULT}`;
  const looks = [
    await checkVaultPolicy(backup, AUTOMATIC_VAULT, 'StartCopyJob'),
    await checkVaultPolicy(backup, AUTOMATIC_VAULT, 'StartRestoreJob'),
  ];
  const said = looks.flatMap(({ problem, warning }) => problem ?? warning ?? []);
  if (said.length === 0) return [{ subject, state: `its policy lets ${fileSystems.size} file systems be restored` }];
  const only = [...fileSystems].filter(
    (id) => !points.some(({ resource, vault }) => resource === id && vault !== AUTOMATIC_VAULT),
  );
  const state = said.join('; ');
  if (only.length === 0) return [{ subject, state: `${state}. All its file systems have recovery points elsewhere` }];
  return [
    {
      subject,
      state: `${state}. ${only.join(', ')} ${only.length === 1 ? 'has' : 'have'} no other recovery point`,
      advice: 'Back up into a vault of your own (efs-backup, or a backup plan), or change the policy of this one now.',
    },
  ];
}

/** Whether the newest recovery points of the scheduled file systems can be copied: AWS Backup copies none in cold storage. */
export async function checkColdStorage(session: Session): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { FileSystemID } of await scheduledInputs(session, 'efs-backup')) {
    if (typeof FileSystemID !== 'string') continue;
    const found = await findRecoveryPoints(session, { type: 'EFS', resource: FileSystemID });
    const points = found.filter(({ vault, status }) => status === 'COMPLETED' && !vault.startsWith('fs-'));
    const warm = points.filter(({ isCold }) => !isCold).length;
    const subject = `file system ${FileSystemID}`;
    if (points.length === 0)
      findings.push({ subject, state: 'has no recovery point', advice: 'backup-workflows start efs-backup' });
    else if (warm > 0) findings.push({ subject, state: `${warm} of ${points.length} recovery points can be copied` });
    else
      findings.push({
        subject,
        state: `all ${points.length} recovery points are in cold storage, which AWS Backup cannot copy`,
        advice: 'Move them to cold storage later (Lifecycle.MoveToColdStorageAfterDays), or back up more often.',
      });
  }
  return findings;
}

/** Inputs of schedules that AWS accepts and that do not do what they say. */
export async function checkInputs(session: Session): Promise<Finding[]> {
  const { parseInput } = await import('../functions/pre-post-backup/input');
  return (await scheduledInputs(session, 'pre-post-backup'))
    .flatMap((input) => parseInput(input).warnings)
    .map((state) => ({ subject: 'schedule of pre-post-backup', state, advice: 'Correct the input of the schedule.' }));
}

/** The stack's role, the configured one and those of the enabled schedules. */
export async function checkRoles(session: Session, { backupRole }: Config): Promise<Finding[]> {
  const { outputs } = await session.stack();
  const scheduled = [
    ...(await scheduledInputs(session, 'pre-post-backup')).map((input) => part(input, 'BackupDetails').IamRoleArn),
    ...(await scheduledInputs(session, 'efs-backup')).map((input) => input.BackupJobIamRoleArn),
  ].filter((role) => typeof role === 'string');
  const roles = [...new Set([outputs.BackupJobExecutionRoleArn, backupRole])].filter((role) => role !== undefined);
  const onlyBackUp = [...new Set(scheduled)].filter((role) => !roles.includes(role));
  return [
    ...(await Promise.all(roles.map((role) => checkRole(session, role, [BACKUP_POLICY, RESTORE_POLICY])))).flat(),
    ...(await Promise.all(onlyBackUp.map((role) => checkRole(session, role, [BACKUP_POLICY])))).flat(),
  ];
}

/** What a job of each policy's kind needs at the least; a role may have it by a policy of its own. */
const RIGHTS: Record<string, [action: string, resource: string][]> = {
  [BACKUP_POLICY]: [
    ['ec2:CreateImage', 'ec2:REGION:ACCOUNT:instance/i-00000000000000000'],
    ['elasticfilesystem:Backup', 'elasticfilesystem:REGION:ACCOUNT:file-system/fs-00000000000000000'],
  ],
  [RESTORE_POLICY]: [
    ['elasticfilesystem:Restore', 'elasticfilesystem:REGION:ACCOUNT:file-system/fs-00000000000000000'],
    ['elasticfilesystem:TagResource', 'elasticfilesystem:REGION:ACCOUNT:file-system/fs-00000000000000000'],
    ['dynamodb:RestoreTableFromBackup', 'dynamodb:REGION:ACCOUNT:table/any/backup/any'],
  ],
};

async function checkRole(session: Session, role: string, policies: string[]): Promise<Finding[]> {
  const RoleName = role.split('/').at(-1) ?? role;
  const subject = `role ${RoleName}`;
  const iam = await session.aws.client('iam');
  try {
    const { Role } = await iam.getRole({ RoleName });
    const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
    const findings: Finding[] = [];
    if (!decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '').includes('backup.amazonaws.com'))
      findings.push({
        subject,
        state: 'AWS Backup may not assume it',
        advice: 'Name backup.amazonaws.com in its trust policy.',
      });
    for (const policy of policies) {
      if (AttachedPolicies.some(({ PolicyName }) => PolicyName === policy)) continue;
      const { denied, unknown } = await rightsWithout(session, role, policy);
      const missing = denied.length > 0 ? `, and with it ${denied.join(', ')}` : '';
      const doubtful = unknown.length > 0 ? `; whether it has them otherwise is not known: ${unknown.join(', ')}` : '';
      if (missing || doubtful)
        findings.push({
          subject,
          state: `lacks the policy ${policy}${missing}${doubtful}`,
          advice: `Attach the managed policy service-role/${policy}, or grant what it needs.`,
        });
    }
    const verb = policies.length > 1 ? 'back up and restore' : 'back up';
    return findings.length > 0 ? findings : [{ subject, state: `may ${verb}` }];
  } catch (error) {
    if (!hasName(error, 'NoSuchEntity', 'NoSuchEntityException')) throw error;
    return [{ subject, state: 'does not exist', advice: 'Correct backupRole, or create the role.' }];
  }
}

/** Of the actions that a policy of AWS's would grant: which IAM denies, and of which it says neither. */
async function rightsWithout(session: Session, role: string, policy: string) {
  const { simulateRights } = await import('../functions/shared/role-rights');
  const { region, accountId, partition } = await session.stack();
  const denied: string[] = [];
  const unknown: string[] = [];
  for (const [action, resource] of RIGHTS[policy] ?? []) {
    const arn = `arn:${partition}:${resource.replace('REGION', region).replace('ACCOUNT', accountId)}`;
    try {
      const [right] = await simulateRights(await session.aws.client('iam'), role, [action], arn);
      if (right?.verdict === 'denied') denied.push(action);
      else if (right?.verdict !== 'allowed') unknown.push(`${action}${right?.reason ?? ''}`);
    } catch (error) {
      unknown.push(`${action} (${(error as Error).name})`);
    }
  }
  return { denied, unknown };
}
