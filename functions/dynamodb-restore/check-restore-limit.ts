import { paginateListTables } from '@aws-sdk/client-dynamodb';
import { answerOf } from '../shared/answer';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { inBatches } from '../shared/in-batches';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import { findTable } from './find-table';

/** Restores of any kind at a time, per account and region (Guide: Quotas, "Concurrent control plane operations"). */
const CONCURRENT_RESTORES = 50;
const PARALLEL_LOOKS = 25;

/**
 * Checks that DynamoDB would take one more restore. No API lists restores: every table is asked. What cannot be looked at is not
 * counted: DynamoDB itself refuses one restore too many. Throws nothing. Reads only.
 */
export async function checkRestoreLimit(): Promise<string[]> {
  const restoring: string[] = [];
  try {
    for await (const { TableNames = [] } of paginateListTables({ client: dynamodb }, {}))
      await inBatches(TableNames, PARALLEL_LOOKS, async (name) => {
        if (await isRestoring(name)) restoring.push(name);
      });
  } catch (error) {
    logger.warn('Could not count the tables that are being restored', { reason: describeError(error) });
  }
  if (restoring.length < CONCURRENT_RESTORES) return [];
  return [
    `${restoring.length} tables are being restored, and DynamoDB takes no more than ${CONCURRENT_RESTORES} at a time; wait for some of them: ${restoring.slice(0, 5).join(', ')} …`,
  ];
}

async function isRestoring(TableName: string): Promise<boolean> {
  try {
    return answerOf((await findTable(TableName))?.RestoreSummary?.RestoreInProgress) === 'yes';
  } catch (error) {
    logger.warn('Could not look at a table', { TableName, reason: describeError(error) });
    return false;
  }
}
