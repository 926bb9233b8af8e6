import { DescribeBackupCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { findTable } from '../find-table';
import { LONGEST_DAYS } from '../last-minute';
import { differentSettings } from '../settings/compare-settings';
import { describeSettings } from '../settings/describe-settings';
import type { TableSettings } from '../settings/table-settings';
import { withChosenKey } from './chosen-key';
import { assertBackups, assertDuplicate, assertNotRefused, assertSameTable } from './deletion-checks';
import { getSwapRun, type SwapRun } from './swap-run';

/** What the state machine needs to route. */
interface Output {
  isFallbackOld: boolean;
}

/**
 * Looks again at everything that the deletion rests on, as days may have passed since the run read it: approval, table,
 * duplicate, both backups. Throws when one of them changed. Reads the settings again, so that the newer ones are put back.
 * Says whether the fallback is older than it may be: then it is made again. Changes nothing on the table. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<Output> => {
  const run = await getSwapRun({ runId });
  assertNotRefused(run);
  await assertDuplicate(run);
  await assertBackups(run);
  const table = await findTable(run.settings.TableName);
  // A table that is gone by now is what the deletion would have led to.
  if (!table || !run.table) return { isFallbackOld: false };
  assertSameTable(run, table);
  await readSettingsAgain(run, run.table);
  return { isFallbackOld: await isFallbackOld(run) };
});

/** The newer settings are those that the table gets back. The result names what changed since the run began. */
async function readSettingsAgain(run: SwapRun, before: TableSettings): Promise<void> {
  const now = withoutOwnRecovery(run, before, withChosenKey(run, await describeSettings(run.settings.TableName)));
  const earlierUnread = Object.entries(before.unread ?? {}).filter(([name]) => now.unread?.[name]);
  // A setting that can be read no more keeps the value that it had.
  const table = { ...before, ...now, unread: Object.fromEntries(earlierUnread) };
  const changed = differentSettings({ ...before, unread: undefined }, table).map(({ text }) => text);
  await updateRun(run.runId, { table, settingsChanged: [...new Set([...(run.settingsChanged ?? []), ...changed])] });
}

/** Point-in-time recovery that this run turned on for the deletion is not a setting of the table. */
function withoutOwnRecovery(run: SwapRun, before: TableSettings, now: TableSettings): TableSettings {
  const isOwn =
    run.recoveryTurnedOnAt !== undefined &&
    before.pointInTimeRecoveryDays === undefined &&
    now.pointInTimeRecoveryDays === LONGEST_DAYS;
  return isOwn ? { ...now, pointInTimeRecoveryDays: undefined } : now;
}

async function isFallbackOld({ settings, fallbackBackupArn: BackupArn, ...run }: SwapRun): Promise<boolean> {
  if (run.fallbackRenewedAt) return false;
  const { BackupDescription } = await dynamodb.send(new DescribeBackupCommand({ BackupArn }));
  const madeAt = BackupDescription?.BackupDetails?.BackupCreationDateTime?.getTime() ?? 0;
  return nowSeconds() - madeAt / 1000 > (settings.FallbackMaxAgeMinutes ?? 60) * 60;
}
