import type { RecoveryPointByBackupVault } from '@aws-sdk/client-backup';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { checkDestinationVault } from './destination-vault';
import { parseRecoveryInput, type RecoverySettings } from './input';
import { askSource, listInDestination, newestCompleted, type Source } from './recovery-points';

interface Input {
  input: unknown;
}

/** What is going to be restored, and from where. */
export interface RecoveryPlan {
  /** Where the file system lives or lived. */
  sourceRegion: string;
  /** False when the source region does not answer; then nothing more is asked of it. */
  isSourceReachable: boolean;
  /** Why the source vault could not be looked into, although its region answers: there may be newer recovery points. */
  sourceWarning?: string;
  /** The recovery point to copy; absent when the destination has what is to be restored. */
  copyFrom?: string;
  /** The recovery point in the destination; absent until it is copied. */
  restoreFrom?: string;
  newestInSource?: { arn: string; createdAt: string };
  newestInDestination?: { arn: string; createdAt: string };
}

interface Output {
  problems: string[];
  settings?: RecoverySettings;
  plan?: RecoveryPlan;
}

const STACK_REGION = requireEnv('AWS_REGION');

/**
 * Reads the input and chooses the recovery point: the given one, else the newest completed one of the source vault, else
 * of the destination vault. A copy that exists is used. A source region that does not answer is not asked again.
 * Reads only; returns problems instead of throwing, so that one message can list those of all checks.
 */
export const handler = task(async ({ input }: Input): Promise<Output> => {
  const { settings, problems } = parseRecoveryInput(input);
  if (!settings) return { problems };
  const sourceRegion = settings.SourceRegionName ?? STACK_REGION;
  problems.push(...(await checkDestinationVault(settings)));
  if (problems.length > 0) return { problems, settings };
  const inDestination = await listInDestination(settings, sourceRegion);
  const source = await askSource(settings, sourceRegion);
  const plan = choose(settings, source, inDestination, sourceRegion, problems);
  return { problems, settings, plan };
});

function choose(
  settings: RecoverySettings,
  source: Source,
  inDestination: RecoveryPointByBackupVault[],
  sourceRegion: string,
  problems: string[],
): RecoveryPlan {
  const newestInSource = newestCompleted(source.points);
  const newestInDestination = newestCompleted(inDestination);
  const plan: RecoveryPlan = {
    sourceRegion,
    isSourceReachable: source.isReachable,
    ...(source.warning && { sourceWarning: source.warning }),
    newestInSource,
    newestInDestination,
  };
  const wanted = settings.RecoveryPointArn ?? newestInSource?.arn ?? newestInDestination?.arn;
  if (!wanted) {
    const where = source.isReachable
      ? `${settings.BackupVaultSourceName} or the destination vault`
      : `the destination vault, and ${sourceRegion} does not answer`;
    problems.push(`FileSystemID: there is no completed recovery point of ${settings.FileSystemID} in ${where}`);
    return plan;
  }
  const point = [...inDestination, ...source.points].find(({ RecoveryPointArn }) => RecoveryPointArn === wanted);
  if (!point) problems.push(`RecoveryPointArn: ${describeMissing(wanted, settings, source, sourceRegion)}`);
  else if (point.Status !== 'COMPLETED')
    problems.push(`RecoveryPointArn: the recovery point is ${point.Status}, only a COMPLETED one can be restored`);
  if (inDestination.some(({ RecoveryPointArn }) => RecoveryPointArn === wanted))
    return { ...plan, restoreFrom: wanted };
  const copy = source.copies.get(wanted);
  const copyExists = inDestination.some(
    ({ RecoveryPointArn, Status }) => RecoveryPointArn === copy && Status === 'COMPLETED',
  );
  return copy && copyExists ? { ...plan, restoreFrom: copy } : { ...plan, copyFrom: wanted };
}

function describeMissing(wanted: string, settings: RecoverySettings, source: Source, sourceRegion: string): string {
  if (!source.isReachable && wanted.split(':')[3] === sourceRegion) {
    return `it is in ${sourceRegion}, which does not answer; leave it out to restore the newest copy in the destination, or name a copy`;
  }
  return `it is not a recovery point of ${settings.FileSystemID} in ${settings.BackupVaultSourceName} or the destination vault`;
}
