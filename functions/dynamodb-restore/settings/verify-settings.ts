import { isDeepStrictEqual } from 'node:util';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { getSwapRun } from '../swap/swap-run';
import { ALL } from './all';
import { describeSettings } from './describe-settings';
import type { TableSetting } from './table-setting';
import type { TableSettings } from './table-settings';

/**
 * Compares every setting of the table with what it was before, and names what differs in the result: a local index that
 * the restored data lacks, for instance, because that cannot be made on a table that exists. Reads only.
 */
export const handler = task(async ({ runId, isUndo }: StepInput): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  if (!run.table) return updateRun(runId, { settingsVerified: true });
  const now = await describeSettings(run.settings.TableName);
  const gaps = [...(run.gaps ?? [])];
  for (const setting of ALL as readonly TableSetting<TableSettings>[]) {
    if (gaps.some((gap) => gap.setting === setting.name)) continue;
    const text = differenceOf(setting, run.table, now);
    if (text) gaps.push({ setting: setting.name, text: `${setting.name}: ${text}` });
  }
  await updateRun(run.runId, { gaps, settingsVerified: true });
});

/** How a setting differs from what it was, in words; nothing when it does not. */
function differenceOf(
  { name, comparable }: TableSetting<TableSettings>,
  wanted: TableSettings,
  now: TableSettings,
): string | undefined {
  if (wanted.unread?.[name])
    return `could not be read before the deletion (${wanted.unread[name]}), so it was not put back`;
  if (now.unread?.[name]) return `could not be read (${now.unread[name]}), so it was not put back`;
  const [before, after] = [plain(comparable(wanted)), plain(comparable(now))];
  return isDeepStrictEqual(before, after) ? undefined : `was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`;
}

/** As it comes from the record: without what is undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
