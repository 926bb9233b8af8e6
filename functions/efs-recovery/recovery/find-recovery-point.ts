import type { RecoveryPointByBackupVault } from '@aws-sdk/client-backup';
import { checkVault } from '../../shared/backup-vault';
import { requireEnv } from '../../shared/config';
import { task } from '../../shared/task';
import { parseRecoveryInput, type RecoverySettings } from '../input';
import { type DestinationVault, lookIntoDestination } from './destination-vault';
import { askSource, newestCompleted, type Source } from './recovery-points';

interface Input {
  input: unknown;
}

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
  newestInSource?: { arn: string; createdAt: string };
  newestInDestination?: { arn: string; createdAt: string };
}

interface Output {
  problems: string[];
  /** Absent when anything is wrong with the input itself. */
  settings?: RecoverySettings;
  lookup: Partial<RecoverySettings>;
  plan?: RecoveryPlan;
}

const STACK_REGION = requireEnv('AWS_REGION');

/**
 * Reads the input and chooses the recovery point: the given one, else the newest completed one of the source vault, else
 * of the destination vault. A copy that exists is used. A source region that does not answer gets no further calls.
 * Reads only; returns problems instead of throwing, so that one message can list those of all checks.
 */
export const handler = task(async ({ input }: Input): Promise<Output> => {
  const { settings, lookup, problems } = parseRecoveryInput(input);
  const sourceRegion = lookup.SourceRegionName ?? STACK_REGION;
  const destination = await lookIntoDestination(lookup, sourceRegion);
  const source = await askSource(lookup, sourceRegion);
  problems.push(...destination.problems, ...source.problems);
  if (!settings) return { problems, lookup };
  // If one vault could not be read, a missing recovery point may be in that one.
  const hasLooked = destination.problems.length === 0 && source.problems.length === 0;
  const plan = choose(settings, source, destination, sourceRegion, hasLooked ? problems : []);
  return { problems, settings, lookup, plan };
});

function choose(
  settings: RecoverySettings,
  source: Source,
  destination: DestinationVault,
  sourceRegion: string,
  problems: string[],
): RecoveryPlan {
  const newestInSource = newestCompleted(source.points);
  const newestInDestination = newestCompleted(destination.points);
  const warning = source.isReachable
    ? source.warning
    : `the source region ${sourceRegion} does not answer, so there may be newer recovery points than the newest copy`;
  const plan: RecoveryPlan = {
    sourceRegion,
    isSourceReachable: source.isReachable,
    ...(warning && { sourceWarning: warning }),
    newestInSource,
    newestInDestination,
  };
  const wanted = settings.RecoveryPointArn ?? newestInSource?.arn ?? newestInDestination?.arn;
  if (!wanted) {
    const where = source.isReachable
      ? `${settings.BackupVaultSourceName} or the destination vault${source.warning ? `; ${source.warning}` : ''}`
      : `the destination vault, and ${sourceRegion} does not answer`;
    problems.push(`FileSystemID: there is no completed recovery point of ${settings.FileSystemID} in ${where}`);
    return plan;
  }
  const point = [...destination.points, ...source.points].find(({ RecoveryPointArn }) => RecoveryPointArn === wanted);
  if (!point) {
    problems.push(`RecoveryPointArn: ${describeMissing(wanted, settings, source, sourceRegion)}`);
    return plan;
  }
  if (point.Status !== 'COMPLETED')
    problems.push(`RecoveryPointArn: the recovery point is ${point.Status}, only a COMPLETED one can be restored`);
  if (destination.points.includes(point)) return { ...plan, restoreFrom: wanted };
  const copy = findCopy(point, source, destination);
  if (copy) return { ...plan, restoreFrom: copy };
  if (destination.vault) {
    // Without a lifecycle of its own a copy keeps that of its source.
    const days = settings.Lifecycle?.DeleteAfterDays ?? point.Lifecycle?.DeleteAfterDays;
    problems.push(
      ...checkVault(destination.vault, days, 'copy', { vault: 'BackupVaultDestinationArn', lifecycle: 'Lifecycle' }),
    );
  }
  return { ...plan, copyFrom: wanted, runningCopyJobId: source.runningCopies.get(wanted) };
}

/**
 * The copy of a recovery point that can be restored. AWS Backup lists copy jobs of the last 30 days only; of older ones
 * the copy is known by where it comes from and when its source was made, which a copy keeps.
 */
function findCopy(
  point: RecoveryPointByBackupVault,
  source: Source,
  destination: DestinationVault,
): string | undefined {
  const copied = source.copies.get(point.RecoveryPointArn ?? '');
  return destination.points.find(
    ({ RecoveryPointArn, Status, SourceBackupVaultArn, CreationDate }) =>
      Status === 'COMPLETED' &&
      (RecoveryPointArn === copied ||
        (SourceBackupVaultArn === point.BackupVaultArn && CreationDate?.getTime() === point.CreationDate?.getTime())),
  )?.RecoveryPointArn;
}

function describeMissing(wanted: string, settings: RecoverySettings, source: Source, sourceRegion: string): string {
  if (!source.isReachable && wanted.split(':')[3] === sourceRegion) {
    return `it is in ${sourceRegion}, which does not answer; leave it out to restore the newest copy in the destination, or name a copy`;
  }
  return `it is not a recovery point of ${settings.FileSystemID} in ${settings.BackupVaultSourceName} or the destination vault${source.warning ? `; ${source.warning}` : ''}`;
}
