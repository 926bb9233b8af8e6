import { paginateListTables } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { inBatches } from '../shared/in-batches';
import { findTable } from './find-table';

/** Restores of any kind at a time, per account and region (Guide: Quotas, "Concurrent control plane operations"). */
const CONCURRENT_RESTORES = 50;
const PARALLEL_LOOKS = 25;

/** Checks that DynamoDB would take one more restore. No API lists restores: every table is asked. Reads only. */
export async function checkRestoreLimit(): Promise<string[]> {
  const restoring: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {})) {
    await inBatches(TableNames, PARALLEL_LOOKS, async (name) => {
      const table = await findTable(name);
      if (table?.RestoreSummary?.RestoreInProgress) restoring.push(name);
    });
  }
  if (restoring.length < CONCURRENT_RESTORES) return [];
  return [
    `${restoring.length} tables are being restored, and DynamoDB takes no more than ${CONCURRENT_RESTORES} at a time; wait for some of them: ${restoring.slice(0, 5).join(', ')} …`,
  ];
}
