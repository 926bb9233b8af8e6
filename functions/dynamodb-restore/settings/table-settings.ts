import type { ALL } from './all';
import type { TableSchema } from './table-schema';
import type { TableSetting } from './table-setting';

type ValueOf<Setting> = Setting extends TableSetting<infer Value> ? (value: Value) => void : never;
type AllValues = ValueOf<(typeof ALL)[number]> extends (value: infer Values) => void ? Values : never;

/** Everything about a table that is not its items, as it was before the swap. Plain JSON: it lives in the run record. */
export type TableSettings = TableSchema &
  AllValues & {
    /** Settings that AWS refused to show, by name, with the reason. Their values are absent. */
    unread?: Record<string, string>;
    /** Settings that the copy does not say, by name, when these settings come from a copy. Their values mean nothing. */
    notHeld?: { by: string; settings: string[] };
  };

/** What runs that began before 2026-11-21 recorded: names only. An upgrade may meet them in flight. */
interface EarlierSettings extends Omit<TableSettings, 'contributorInsights' | 'kinesisDestinations'> {
  contributorInsights: string[];
  kinesisStreamArns: string[];
}

/** The settings in a run's record, whichever release wrote them. */
export function readSettings(recorded: TableSettings | EarlierSettings): TableSettings {
  if (!('kinesisStreamArns' in recorded)) return recorded;
  const { contributorInsights, kinesisStreamArns, ...others } = recorded;
  return {
    ...others,
    contributorInsights: contributorInsights.map((index) => ({ index })),
    kinesisDestinations: kinesisStreamArns.map((streamArn) => ({ streamArn })),
  };
}
