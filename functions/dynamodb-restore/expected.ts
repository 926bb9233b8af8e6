import { isoTime } from '../shared/clock';
import { type Cost, costOf, PRICES } from '../shared/prices';
import { readMeasuredRestore } from '../shared/runs/measured-restores';
import { findTable } from './find-table';

/** How often a run restores the table and backs it up, one after the other; a swap has no table while it restores once. */
interface Work {
  restores: number;
  backups: number;
  hasDowntime?: boolean;
}

/** What a dry run says of a run's length and cost; nothing of what is not known. */
export interface Expected {
  ExpectedSeconds?: number;
  ExpectedDowntimeSeconds?: number;
  ExpectedFrom?: string;
  Cost?: Cost;
}

/**
 * How long a run on a table takes, by the newest restore of it that was measured, and what it costs, by the size of the
 * table as it is, which DynamoDB counts about every six hours. Only reads. An approval is not in it, and no waiting.
 */
export async function expectWork(tableName: string, { restores, backups, hasDowntime }: Work): Promise<Expected> {
  if (restores + backups === 0) return {};
  const { TableArn, TableSizeBytes: bytes } = (await findTable(tableName)) ?? {};
  const Cost =
    bytes === undefined
      ? undefined
      : costOf(bytes, {
          ...(restores > 0 && { once: restores * PRICES.dynamodbRestore }),
          ...(backups > 0 && { monthly: backups * PRICES.dynamodbBackupMonth }),
        });
  return { ...(restores > 0 && (await timeOf(tableName, TableArn, restores, hasDowntime))), ...(Cost && { Cost }) };
}

async function timeOf(
  tableName: string,
  tableArn: string | undefined,
  restores: number,
  hasDowntime = false,
): Promise<Expected> {
  const measured = tableArn ? await readMeasuredRestore(tableArn) : undefined;
  if (!measured)
    return {
      ExpectedFrom: `nothing: no restore of ${tableName} was measured; backup-workflows restore-test ${tableName} measures one`,
    };
  return {
    ExpectedSeconds: restores * measured.seconds,
    ...(hasDowntime && { ExpectedDowntimeSeconds: measured.seconds }),
    ExpectedFrom: `the restore that ${measured.by} measured at ${isoTime(measured.at)}`,
  };
}
