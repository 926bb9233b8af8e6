import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { logger } from '../shared/logger';
import { task } from '../shared/task';
import { readHistory } from './test-history';

const MAXIMUM_AGE_SECONDS = Number(requireEnv('MAXIMUM_AGE_DAYS')) * 24 * 3600;
const NAMED = 10;
/** What is overdue when there was no test of anything: a plan without a selection, or without a backup that fits. */
const NO_TEST = 'no resource was tested';

/**
 * Runs every hour: counts the resources that have had no good test for too long. The alarm is made from its log line, so
 * that its number does not grow with the resources; the line names the first of them. Safe to repeat.
 */
export const handler = task(async (): Promise<void> => {
  const now = nowSeconds();
  const { tested, since } = await readHistory(now);
  const late = tested
    .filter(({ lastGoodAt, firstTestAt }) => now - (lastGoodAt ?? firstTestAt) > MAXIMUM_AGE_SECONDS)
    .map(({ item }) => item);
  const overdue = tested.length === 0 && now - since > MAXIMUM_AGE_SECONDS ? [NO_TEST] : late;
  logger.info('Reviewed restore tests', {
    tested: tested.length,
    overdue: overdue.length,
    resources: overdue.slice(0, NAMED),
  });
});
