import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { TableSchema } from './table-schema';

/** One change that sets one thing of the table as it was. */
export interface SettingChange {
  /** Which thing, in the words of the result: `Kinesis destination arn:aws:kinesis:…`. */
  what: string;
  apply: () => Promise<unknown>;
}

/** A table as it was, and as it is; of the setting's own value and of the schema. */
export interface Situation<Value> {
  TableName: string;
  wanted: TableSchema & Value;
  now: TableSchema & Value;
  /** Indexes that are being made. They cannot be changed yet. */
  indexesBeingMade: string[];
}

/** A thing that is set on a table. To add one: a file like `time-to-live.ts`, and one line in `all.ts`. */
export interface TableSetting<Value extends object> {
  /** Its name in the result and in the run record. */
  name: string;
  /** Reads it. Reads only. What AWS refuses is a gap in the result, never the end of a run. `table` is DescribeTable's answer; `TableName` is the table's name. */
  read(table: TableDescription, TableName: string): Promise<Value> | Value;
  /** What has to be changed so that the table is set as it was; empty when it is, or when this cannot be changed. */
  changes?(situation: Situation<Value>): Promise<SettingChange[]> | SettingChange[];
  /** The value without what differs for every table, such as ids and ARNs of streams. Equal values are the same setting. */
  comparable(settings: TableSchema & Value): unknown;
  /** In words, how the setting differs from what was wanted, where that is more than being unequal. */
  difference?(wanted: TableSchema & Value, now: TableSchema & Value): string | undefined;
}

/** Whether an index can be changed: the table itself always can. */
export function canChangeIndex({ now, indexesBeingMade }: Situation<object>, index: string | undefined): boolean {
  return !index || (now.globalIndexes.some(({ name }) => name === index) && !indexesBeingMade.includes(index));
}

/** The same list in an order of its own: lists that AWS gives in any order are compared so. */
export function sorted<T>(list: T[]): T[] {
  return [...list].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
