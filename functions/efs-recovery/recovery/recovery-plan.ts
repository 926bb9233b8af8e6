import { checkVault } from '../../shared/backup-vault';
import { backupIn } from '../../shared/clients/backup';
import { requireEnv } from '../../shared/config';
import type { Findings } from '../../shared/findings';
import { accountOf, destinationOf } from '../destination';
import type { RecoverySettings } from '../input';
import { checkVaultPolicy, type VaultVerdict } from '../vault-policy';
import {
  type Choice,
  chooseNewest,
  findCopy,
  type Incomplete,
  incompleteAfter,
  isCold,
  type Named,
  newestCompleted,
} from './choose-recovery-point';
import { type DestinationVault, lookIntoDestination } from './destination-vault';
import { askSource, type Source } from './recovery-points';

/** The recovery point that is restored, and where it is. */
export interface RecoveryPlan {
  /** Where the file system lives or lived. */
  sourceRegion: string;
  /** False when the source region does not answer; it gets no further calls. */
  isSourceReachable: boolean;
  /** Why newer recovery points than the restored one may exist. */
  sourceWarning?: string;
  /** The recovery point to copy; absent when the destination already has it. */
  copyFrom?: string;
  /** A copy job for it that is already running; the run waits for it instead of starting another. */
  runningCopyJobId?: string;
  /** The recovery point in the destination; absent until it is copied. */
  restoreFrom?: string;
  /** Of the recovery point that is restored; a dry run reckons with it. */
  sizeInBytes?: number;
  newestInSource?: Named;
  newestInDestination?: Named;
}

const STACK_REGION = requireEnv('AWS_REGION');
const PARTITION = requireEnv('PARTITION');
/** Of the recovery points that were passed over. */
const NAMED = 5;

/**
 * Chooses the recovery point: the given one, else the newest completed one of the source vault that is not in cold
 * storage, else of the destination vault. A copy that exists is used. A source region that does not answer gets no further
 * calls. Without settings, which an invalid input has not, it only looks at what the valid parts name. Reads only.
 */
export async function planRecovery(
  lookup: Partial<RecoverySettings>,
  settings: RecoverySettings | undefined,
): Promise<Findings & { isDestinationReachable: boolean; plan?: RecoveryPlan }> {
  const sourceRegion = lookup.SourceRegionName ?? STACK_REGION;
  const destination = await lookIntoDestination(lookup, sourceRegion);
  const source = await askSource(lookup, sourceRegion);
  const { isReachable: isDestinationReachable } = destination;
  const problems = [...destination.problems, ...source.problems];
  const warnings = [...destination.warnings];
  if (!settings) return { problems, warnings, isDestinationReachable };
  // If one vault could not be read, a missing recovery point may be in that one.
  const hasLooked = problems.length === 0;
  const plan = withSize(choose(settings, source, destination, sourceRegion, hasLooked ? problems : []), [
    ...source.points,
    ...destination.points,
  ]);
  const verdict = await checkPolicies(settings, plan);
  if (verdict.problem) problems.push(verdict.problem);
  if (verdict.warning) warnings.push(verdict.warning);
  return { problems, warnings, isDestinationReachable, plan };
}

function withSize(
  plan: RecoveryPlan,
  points: { RecoveryPointArn?: string; BackupSizeInBytes?: number }[],
): RecoveryPlan {
  const arn = plan.restoreFrom ?? plan.copyFrom;
  const sizeInBytes = points.find(({ RecoveryPointArn }) => RecoveryPointArn === arn)?.BackupSizeInBytes;
  return { ...plan, ...(sizeInBytes !== undefined && { sizeInBytes }) };
}

/** Whether the vaults' own policies let the recovery point out. */
async function checkPolicies(settings: RecoverySettings, plan: RecoveryPlan): Promise<VaultVerdict> {
  if (plan.copyFrom) {
    const backup = backupIn(plan.sourceRegion, settings.AutomationAssumeRole);
    return keyed(
      'BackupVaultSourceName',
      await checkVaultPolicy(backup, settings.BackupVaultSourceName, 'StartCopyJob'),
    );
  }
  if (!plan.restoreFrom) return {};
  const { region, vaultName, assumeRoleArn } = destinationOf(settings);
  const backup = backupIn(region, assumeRoleArn);
  return keyed('BackupVaultDestinationArn', await checkVaultPolicy(backup, vaultName, 'StartRestoreJob'));
}

function keyed(key: string, { problem, warning }: VaultVerdict): VaultVerdict {
  return { ...(problem && { problem: `${key}: ${problem}` }), ...(warning && { warning }) };
}

function choose(
  settings: RecoverySettings,
  source: Source,
  destination: DestinationVault,
  sourceRegion: string,
  problems: string[],
): RecoveryPlan {
  const warning = source.isReachable
    ? source.warning
    : `the source region ${sourceRegion} does not answer, so there may be newer recovery points than the newest copy`;
  const plan: RecoveryPlan = {
    sourceRegion,
    isSourceReachable: source.isReachable,
    ...(warning && { sourceWarning: warning }),
    newestInSource: newestCompleted(source.points),
    newestInDestination: newestCompleted(destination.points),
  };
  const choice = settings.RecoveryPointArn
    ? chooseNamed(settings.RecoveryPointArn, settings, source, destination, sourceRegion, problems)
    : chooseNewest(source, destination, isSameVault(settings, sourceRegion));
  if (!choice) return plan;
  const { copyFrom, restoreFrom, skipped } = choice;
  const incomplete = settings.RecoveryPointArn
    ? []
    : incompleteAfter([...source.points, ...destination.points], copyFrom ?? restoreFrom);
  const passedOver = [describeSkipped(skipped), describeIncomplete(incomplete)].filter(Boolean);
  if (!copyFrom && !restoreFrom) {
    const where = source.isReachable
      ? `${settings.BackupVaultSourceName} or the destination vault${source.warning ? `; ${source.warning}` : ''}`
      : `the destination vault, and ${sourceRegion} does not answer`;
    problems.push(
      `FileSystemID: there is no completed recovery point of ${settings.FileSystemID} to restore in ${[where, ...passedOver].join('; ')}`,
    );
    return plan;
  }
  if (passedOver.length > 0) plan.sourceWarning = [warning, ...passedOver].filter(Boolean).join('; ');
  if (restoreFrom) return { ...plan, restoreFrom };
  if (destination.vault) {
    // Without a lifecycle of its own a copy keeps that of its source.
    const point = source.points.find(({ RecoveryPointArn }) => RecoveryPointArn === copyFrom);
    const days = settings.Lifecycle?.DeleteAfterDays ?? point?.Lifecycle?.DeleteAfterDays;
    problems.push(
      ...checkVault(destination.vault, days, 'copy', { vault: 'BackupVaultDestinationArn', lifecycle: 'Lifecycle' }),
    );
  }
  return { ...plan, copyFrom, runningCopyJobId: source.runningCopies.get(copyFrom ?? '') };
}

function chooseNamed(
  wanted: string,
  settings: RecoverySettings,
  source: Source,
  destination: DestinationVault,
  sourceRegion: string,
  problems: string[],
): Choice | undefined {
  const point = [...destination.points, ...source.points].find(({ RecoveryPointArn }) => RecoveryPointArn === wanted);
  if (!point) {
    problems.push(`RecoveryPointArn: ${describeMissing(wanted, settings, source, sourceRegion)}`);
    return undefined;
  }
  if (point.Status !== 'COMPLETED')
    problems.push(`RecoveryPointArn: the recovery point is ${point.Status}, only a COMPLETED one can be restored`);
  if (destination.points.includes(point)) return { restoreFrom: wanted, skipped: [] };
  const copy = findCopy(point, source, destination);
  if (copy) return { restoreFrom: copy, skipped: [] };
  if (isCold(point)) problems.push(`RecoveryPointArn: ${coldReason(newestCompleted(destination.points))}`);
  return { copyFrom: wanted, skipped: [] };
}

function coldReason(newestInDestination: Named | undefined): string {
  const other = newestInDestination
    ? `; the newest copy in the destination is ${newestInDestination.arn} of ${newestInDestination.createdAt}`
    : '';
  return `the recovery point is in cold storage, which AWS Backup does not copy from${other}`;
}

function describeSkipped(skipped: Named[]): string {
  const names = skipped.map(({ arn, createdAt }) => `${arn} of ${createdAt}`);
  return listed('newer recovery points are in cold storage, which AWS Backup does not copy from', names);
}

function describeIncomplete(incomplete: Incomplete[]): string {
  const names = incomplete.map(({ arn, createdAt, status }) => `${arn} of ${createdAt} is ${status}`);
  return listed('newer recovery points are not complete', names);
}

function listed(what: string, names: string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return names.length > 0 ? `${what}: ${names.slice(0, NAMED).join(', ')}${more}` : '';
}

function isSameVault(settings: RecoverySettings, sourceRegion: string): boolean {
  const { BackupVaultSourceName, BackupVaultDestinationArn, AutomationAssumeRole } = settings;
  const sourceArn = `arn:${PARTITION}:backup:${sourceRegion}:${accountOf(AutomationAssumeRole)}:backup-vault:${BackupVaultSourceName}`;
  return BackupVaultDestinationArn === sourceArn;
}

function describeMissing(wanted: string, settings: RecoverySettings, source: Source, sourceRegion: string): string {
  if (!source.isReachable && wanted.split(':')[3] === sourceRegion) {
    return `it is in ${sourceRegion}, which does not answer; leave it out to restore the newest copy in the destination, or name a copy`;
  }
  return `it is not a recovery point of ${settings.FileSystemID} in ${settings.BackupVaultSourceName} or the destination vault${source.warning ? `; ${source.warning}` : ''}`;
}
