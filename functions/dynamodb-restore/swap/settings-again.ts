import { updateRun } from '../../shared/runs/runs';
import { LONGEST_DAYS } from '../last-minute';
import { differentSettings } from '../settings/compare-settings';
import { describeSettings } from '../settings/describe-settings';
import type { TableSettings } from '../settings/table-settings';
import { withChosenKey } from './chosen-key';
import { readersOf } from './readers';
import type { SwapRun } from './swap-run';

/**
 * Reads the settings of the table again and records them: the newer ones are those that the table gets back. The result
 * names what changed since the run began. Safe to repeat.
 */
export async function readSettingsAgain(run: SwapRun, before: TableSettings): Promise<TableSettings> {
  const read = withoutOwnRecovery(run, before, withChosenKey(run, await describeSettings(run.settings.TableName)));
  // From the deletion's intent on, protection is off because this run took it off.
  const now = run.deletionIntendedAt ? { ...read, isDeletionProtected: before.isDeletionProtected } : read;
  const earlierUnread = Object.entries(before.unread ?? {}).filter(([name]) => now.unread?.[name]);
  // A setting that can be read no more keeps the value that it had.
  const table = { ...before, ...now, unread: Object.fromEntries(earlierUnread) };
  const changed = differentSettings({ ...before, unread: undefined }, table).map(({ text }) => text);
  await updateRun(run.runId, { table, settingsChanged: [...new Set([...(run.settingsChanged ?? []), ...changed])] });
  return table;
}

/** Looks again for what reads the table and will not follow it, and records it. Safe to repeat. */
export async function readReadersAgain({ runId, readers }: SwapRun, table: TableSettings): Promise<void> {
  await updateRun(runId, { readers: await readersOf(table, readers) });
}

/** Point-in-time recovery that this run turned on for the deletion is not a setting of the table. */
function withoutOwnRecovery(run: SwapRun, before: TableSettings, now: TableSettings): TableSettings {
  const isOwn =
    run.recoveryTurnedOnAt !== undefined &&
    before.pointInTimeRecoveryDays === undefined &&
    now.pointInTimeRecoveryDays === LONGEST_DAYS;
  return isOwn ? { ...now, pointInTimeRecoveryDays: undefined } : now;
}
