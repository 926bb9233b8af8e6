import {
  DescribeBackupVaultCommand,
  type DescribeBackupVaultCommandOutput,
  paginateListCopyJobs,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { describeError, task } from '../shared/task';
import { parseRecoveryInput, type RecoverySettings } from './input';

interface Input {
  input: unknown;
}

/** What is going to be restored, and from where. */
export interface RecoveryPlan {
  /** Where the file system lives or lived. */
  sourceRegion: string;
  /** False when the source region does not answer; then nothing more is asked of it. */
  isSourceReachable: boolean;
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
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
/** How a region says no that does not exist, is not enabled, or is down. */
const NO_ANSWER = [
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ServiceUnavailableException',
];
const NOT_ENABLED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired'];

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

interface Source {
  isReachable: boolean;
  points: RecoveryPointByBackupVault[];
  /** Copies that exist in the destination vault, by the ARN of what they are copies of. */
  copies: Map<string, string>;
}

async function askSource(settings: RecoverySettings, region: string): Promise<Source> {
  const backup = backupIn(region, settings.AutomationAssumeRole);
  const source: Source = { isReachable: true, points: [], copies: new Map() };
  const resourceArn = fileSystemArn(settings, region);
  try {
    const query = { BackupVaultName: settings.BackupVaultSourceName, ByResourceArn: resourceArn };
    for await (const page of paginateListRecoveryPointsByBackupVault({ client: backup }, query))
      source.points.push(...(page.RecoveryPoints ?? []));
    const copyQuery = {
      ByResourceArn: resourceArn,
      ByState: 'COMPLETED' as const,
      ByDestinationVaultArn: settings.BackupVaultDestinationArn,
    };
    for await (const page of paginateListCopyJobs({ client: backup }, copyQuery)) {
      for (const { SourceRecoveryPointArn, DestinationRecoveryPointArn } of page.CopyJobs ?? []) {
        if (SourceRecoveryPointArn && DestinationRecoveryPointArn)
          source.copies.set(SourceRecoveryPointArn, DestinationRecoveryPointArn);
      }
    }
    return source;
  } catch (error) {
    // A vault that is gone is no reason not to restore from a copy.
    const name = (error as Error).name;
    const code = (error as { code?: string }).code ?? '';
    if (['ResourceNotFoundException', 'AccessDeniedException'].includes(name)) return source;
    if (NO_ANSWER.includes(name) || NO_ANSWER.includes(code)) return { ...source, isReachable: false };
    throw error;
  }
}

async function checkDestinationVault(settings: RecoverySettings): Promise<string[]> {
  const [, , , region, accountId, , name = ''] = settings.BackupVaultDestinationArn.split(':');
  // Another account's vault cannot be described from here; StartCopyJob will say what is wrong with it.
  if (accountId !== callerAccount(settings)) return [];
  try {
    const vault = await backupIn(region ?? '', settings.AutomationAssumeRole).send(
      new DescribeBackupVaultCommand({ BackupVaultName: name }),
    );
    return checkLock(vault, settings);
  } catch (error) {
    const errorName = (error as Error).name;
    const code = (error as { code?: string }).code ?? '';
    if (NOT_ENABLED.includes(errorName)) return [`DestinationRegionName: ${region} is not enabled in this account`];
    if (code === 'ENOTFOUND') return [`DestinationRegionName: there is no region ${region}`];
    if (NO_ANSWER.includes(errorName) || NO_ANSWER.includes(code))
      return [`DestinationRegionName: ${region} does not answer (${describeError(error)})`];
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes(errorName)) throw error;
    return [
      `BackupVaultDestinationArn: there is no backup vault ${name} in ${region} that may be used (${(error as Error).message})`,
    ];
  }
}

/** A locked vault refuses copies that are kept for less or longer than it says (AWS Backup, "Vault Lock"). */
function checkLock(vault: DescribeBackupVaultCommandOutput, settings: RecoverySettings): string[] {
  const { MinRetentionDays: min, MaxRetentionDays: max } = vault;
  const days = settings.Lifecycle?.DeleteAfterDays;
  if (min !== undefined && days !== undefined && days < min)
    return [`Lifecycle: the destination vault's lock wants at least ${min} days, DeleteAfterDays is ${days}`];
  if (max !== undefined && (days === undefined || days > max))
    return [`Lifecycle: the destination vault's lock allows at most ${max} days; give a DeleteAfterDays up to that`];
  return [];
}

async function listInDestination(
  settings: RecoverySettings,
  sourceRegion: string,
): Promise<RecoveryPointByBackupVault[]> {
  const [, , , region = '', accountId, , name = ''] = settings.BackupVaultDestinationArn.split(':');
  if (accountId !== callerAccount(settings)) return [];
  const points: RecoveryPointByBackupVault[] = [];
  const query = { BackupVaultName: name, ByResourceArn: fileSystemArn(settings, sourceRegion) };
  for await (const page of paginateListRecoveryPointsByBackupVault(
    { client: backupIn(region, settings.AutomationAssumeRole) },
    query,
  )) {
    points.push(...(page.RecoveryPoints ?? []));
  }
  return points;
}

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

function newestCompleted(points: RecoveryPointByBackupVault[]): { arn: string; createdAt: string } | undefined {
  const [newest] = points
    .filter(({ Status }) => Status === 'COMPLETED')
    .sort((a, b) => (b.CreationDate?.getTime() ?? 0) - (a.CreationDate?.getTime() ?? 0));
  return newest?.RecoveryPointArn
    ? { arn: newest.RecoveryPointArn, createdAt: newest.CreationDate?.toISOString() ?? '' }
    : undefined;
}

/** The file system may be gone, so its ARN is put together, not asked for. */
function fileSystemArn(settings: RecoverySettings, region: string): string {
  return `arn:${PARTITION}:elasticfilesystem:${region}:${callerAccount(settings)}:file-system/${settings.FileSystemID}`;
}

function callerAccount(settings: RecoverySettings): string {
  return settings.AutomationAssumeRole?.split(':')[4] ?? ACCOUNT_ID;
}
