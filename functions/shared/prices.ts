/**
 * AWS's public prices in us-east-1, in dollars for a GB or a GB-month, for the costs that a dry run names. Read on the date
 * below in stored copies and reports of the pages; without free tiers, requests and what other regions take more.
 */
export const PRICES = {
  readOn: '2026-11-30',
  region: 'us-east-1',
  /** aws.amazon.com/ebs/pricing: snapshots, standard. */
  ebsSnapshotMonth: 0.05,
  /** aws.amazon.com/backup/pricing: EFS, warm. */
  efsBackupMonth: 0.05,
  /** aws.amazon.com/backup/pricing: restores of EFS, warm. */
  efsRestore: 0.02,
  /** aws.amazon.com/ec2/pricing/on-demand: data from one region to another. */
  betweenRegions: 0.02,
  /** aws.amazon.com/efs/pricing: Standard storage, to which a restore writes. */
  efsStandardMonth: 0.3,
  /** aws.amazon.com/dynamodb/pricing/on-demand: backups on demand, warm. */
  dynamodbBackupMonth: 0.1,
  /** aws.amazon.com/dynamodb/pricing/on-demand. */
  dynamodbRestore: 0.15,
};

/** What a dry run says a run costs. */
export interface Cost {
  /** Once, in dollars. */
  Once?: number;
  /** Each month for as long as it is kept, in dollars, at most: a backup after the first one stores only what changed. */
  MonthlyAtMost?: number;
  Prices: string;
}

const GB = 2 ** 30;

/** The cost of so many bytes, by prices for a GB. */
export function costOf(bytes: number, { once, monthly }: { once?: number; monthly?: number }): Cost {
  const cents = (price: number) => Math.ceil((bytes / GB) * price * 100) / 100;
  return {
    ...(once !== undefined && { Once: cents(once) }),
    ...(monthly !== undefined && { MonthlyAtMost: cents(monthly) }),
    Prices: `dollars, ${PRICES.region}, read ${PRICES.readOn}`,
  };
}
