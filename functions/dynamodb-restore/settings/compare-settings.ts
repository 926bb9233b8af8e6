import { isDeepStrictEqual } from 'node:util';
import type { SettingGap } from '../swap/swap-run';
import { ALL } from './all';
import type { TableSetting } from './table-setting';
import type { TableSettings } from './table-settings';

/** The settings in which a table differs from what it was, in words. One that could not be read counts as different. */
export function differentSettings(wanted: TableSettings, now: TableSettings): SettingGap[] {
  const gaps: SettingGap[] = [];
  for (const setting of ALL as readonly TableSetting<TableSettings>[]) {
    const difference = differenceOf(setting, wanted, now);
    if (difference) gaps.push({ setting: setting.name, text: `${setting.name}: ${difference}` });
  }
  return gaps;
}

function differenceOf(
  setting: TableSetting<TableSettings>,
  wanted: TableSettings,
  now: TableSettings,
): string | undefined {
  const { name } = setting;
  if (wanted.unread?.[name])
    return `could not be read before the deletion (${wanted.unread[name]}), so it was not put back`;
  if (wanted.notHeld?.settings.includes(name))
    return `${wanted.notHeld.by} does not say it, and the table has ${inWords(plain(setting.comparable(now)))}`;
  if (now.unread?.[name]) return `could not be read (${now.unread[name]}), so it was not put back`;
  if (setting.difference) return setting.difference(wanted, now);
  const [before, after] = [plain(setting.comparable(wanted)), plain(setting.comparable(now))];
  return isDeepStrictEqual(before, after) ? undefined : `was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`;
}

/** A value that a table has; most settings are none by default. */
function inWords(value: unknown): string {
  const isNone =
    value === undefined || value === false || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
  return isNone ? 'none' : JSON.stringify(value);
}

/** As it comes from the record: without what is undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
