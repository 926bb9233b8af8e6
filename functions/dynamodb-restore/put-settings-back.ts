import { DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { sleep } from '../shared/clock';
import { TransientServiceError } from '../shared/errors';
import { updateRun } from '../shared/runs';
import { describeError, isTransient, task } from '../shared/task';
import { describeSettings } from './describe-settings';
import { settingChanges } from './setting-changes';
import { getSwapRun } from './swap-run';
import type { TableSettings } from './table-settings';

const PAUSE_SECONDS = 2;
/** The table is being changed, is too new for backups, or too many tables are being changed. */
const GOES_AWAY = [
  'ResourceInUseException',
  'ContinuousBackupsUnavailableException',
  'LimitExceededException',
  'ConcurrentUpdateException',
];
/** Leave in time, so that the state machine can come back instead of Lambda ending the task. */
const RESERVE_MS = 20_000;

/**
 * Sets the table under the original's name as the original was, one change after the other, each once the table is
 * ACTIVE again. What AWS refuses for good is named in the result and is no reason to stop. Safe to repeat: only what
 * differs is changed.
 */
export const handler = task(async ({ runId }: { runId: string }, context): Promise<void> => {
  const run = await getSwapRun(runId);
  const { TableName } = run.settings;
  if (!run.table) {
    await updateRun(runId, { notRestored: ['the settings of the table: it was gone before this run could read them'] });
    return;
  }
  try {
    await applyChanges(run.runId, TableName, run.table, context.getRemainingTimeInMillis);
  } catch (error) {
    // Whatever else cannot be read or set: the table is not to be left without its protection.
    if (!isTransient(error) && run.table.isDeletionProtected)
      await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    throw error;
  }
});

async function applyChanges(
  runId: string,
  TableName: string,
  wanted: TableSettings,
  remainingMs: () => number,
): Promise<void> {
  const refused = new Map<string, string>();
  for (;;) {
    const streamArn = await untilActive(TableName, remainingMs);
    const now = await describeSettings(TableName);
    const [next] = settingChanges(TableName, wanted, now, streamArn).filter(({ what }) => !refused.has(what));
    if (!next) break;
    try {
      await next.apply();
    } catch (error) {
      if (isTransient(error) || GOES_AWAY.includes((error as Error).name))
        throw new TransientServiceError(describeError(error));
      refused.set(next.what, `${next.what}: ${describeError(error)}`);
    }
  }
  await updateRun(runId, { notRestored: [...refused.values()] });
}

/** Waits until the table can be changed; returns the ARN of its stream, if it has one. */
async function untilActive(TableName: string, remainingMs: () => number): Promise<string | undefined> {
  for (;;) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE')
      return Table.StreamSpecification?.StreamEnabled ? Table.LatestStreamArn : undefined;
    if (remainingMs() < RESERVE_MS) throw new TransientServiceError(`${TableName} is ${Table?.TableStatus}.`);
    await sleep(PAUSE_SECONDS);
  }
}
