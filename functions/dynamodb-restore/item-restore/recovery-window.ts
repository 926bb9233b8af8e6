import { DescribeContinuousBackupsCommand, ListExportsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { isoTime, nowSeconds } from '../../shared/clock';
import { logger } from '../../shared/logger';
import { describeError, isTransient } from '../../shared/task';
import { type Period, planExports } from './windows';

/** Quotas of DynamoDB: exports in flight in an account and region. */
const MOST_EXPORTS = 300;
const MOST_PAGES = 20;

/**
 * The problems of a window: what lies outside of what is recorded, and whether DynamoDB would make the exports. `asked` is
 * the input's window; `window` may be wider, and may end in the future, which the run waits for.
 */
export async function checkWindow(TableName: string, asked: Period, window: Period): Promise<string[]> {
  if (asked.from >= asked.to) return ['To: must be later than From'];
  if (asked.to > nowSeconds()) return [`To: ${isoTime(asked.to)} lies in the future`];
  try {
    const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    if (recovery?.PointInTimeRecoveryStatus !== 'ENABLED')
      return [
        `TableName: point-in-time recovery of ${TableName} is not enabled, so nothing has recorded what was written`,
      ];
    const earliest = Math.ceil((recovery.EarliestRestorableDateTime?.getTime() ?? 0) / 1000);
    if (window.from < earliest)
      return [`From: ${isoTime(window.from)} is before what is recorded, which begins at ${isoTime(earliest)}`];
    const first = Math.min(...planExports(window).periods.map(({ from }) => from));
    if (first < earliest)
      return [
        `To: an export takes 15 minutes, and that before ${isoTime(window.to)} is not recorded, which begins at ${isoTime(earliest)}; choose a To of at least ${isoTime(earliest + 900)}`,
      ];
    return await checkQuota(planExports(window).periods.length);
  } catch (error) {
    if (isTransient(error)) throw error;
    return [`TableName: the point-in-time recovery of ${TableName} cannot be looked at (${describeError(error)})`];
  }
}

/** What cannot be looked at is not counted: DynamoDB itself refuses one export too many, and the run waits then. */
async function checkQuota(wanted: number): Promise<string[]> {
  let running = 0;
  let NextToken: string | undefined;
  try {
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page = await dynamodb.send(new ListExportsCommand({ MaxResults: 25, NextToken }));
      running += (page.ExportSummaries ?? []).filter(({ ExportStatus }) => ExportStatus === 'IN_PROGRESS').length;
      NextToken = page.NextToken;
      if (!NextToken) break;
    }
  } catch (error) {
    logger.warn('Could not count the exports', { reason: describeError(error) });
  }
  return running + wanted > MOST_EXPORTS
    ? [
        `TableName: ${running} exports are being made in this account and region, and DynamoDB makes ${MOST_EXPORTS} at a time; start again later`,
      ]
    : [];
}
