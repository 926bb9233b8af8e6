import { type BackupClient, paginateListRecoveryPointsByBackupVault } from '@aws-sdk/client-backup';
import { nowSeconds } from './clock';
import { describeError } from './task';

/** How long AWS Backup took for a recovery point, and how large it is. */
export interface PastBackup {
  seconds: number;
  bytes: number;
}

/** What the past tells. */
interface PastBackups {
  /** By resource ARN, the newest of each; those that have none are absent. */
  byResource: Map<string, PastBackup>;
  /** Why there may be more. */
  refusal?: string;
}

const LOOK_BACK_SECONDS = 35 * 24 * 3600;
const PAGE_SIZE = 1000;
/** Enough for 10,000 instances on two nights; a dry run is no reason to read a vault for an hour. */
const MOST_PAGES = 20;

/** The newest completed recovery points of a vault, of a resource or a type of resources. Only reads; refusals are named. */
export async function findPastBackups(
  client: BackupClient,
  BackupVaultName: string,
  which: { ByResourceArn: string } | { ByResourceType: string },
): Promise<PastBackups> {
  const byResource = new Map<string, PastBackup>();
  const newest = new Map<string, number>();
  let pages = 0;
  try {
    const ByCreatedAfter = new Date((nowSeconds() - LOOK_BACK_SECONDS) * 1000);
    const query = { BackupVaultName, ByCreatedAfter, ...which };
    for await (const { RecoveryPoints = [] } of paginateListRecoveryPointsByBackupVault(
      { client, pageSize: PAGE_SIZE },
      query,
    )) {
      for (const { ResourceArn = '', Status, CreationDate, CompletionDate, BackupSizeInBytes } of RecoveryPoints) {
        if (Status !== 'COMPLETED' || !CreationDate || !CompletionDate || BackupSizeInBytes === undefined) continue;
        if (CreationDate.getTime() <= (newest.get(ResourceArn) ?? 0)) continue;
        newest.set(ResourceArn, CreationDate.getTime());
        const seconds = Math.round((CompletionDate.getTime() - CreationDate.getTime()) / 1000);
        byResource.set(ResourceArn, { seconds, bytes: BackupSizeInBytes });
      }
      pages += 1;
      if (pages === MOST_PAGES)
        return { byResource, refusal: `only ${MOST_PAGES} pages of ${BackupVaultName} were read` };
    }
  } catch (error) {
    return {
      byResource,
      refusal: `recovery points of ${BackupVaultName} could not be listed: ${describeError(error)}`,
    };
  }
  return { byResource };
}

/** What stands for resources without a past: the middle of those that have one. */
export function middleOf(all: PastBackup[]): PastBackup | undefined {
  const middle = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
  if (all.length === 0) return undefined;
  return { seconds: middle(all.map(({ seconds }) => seconds)), bytes: middle(all.map(({ bytes }) => bytes)) };
}
