import { createHash } from 'node:crypto';
import { getOpenRun, type RunRecord, type StepInput } from '../../shared/runs/runs';
import type { ItemRestoreSettings } from './input';
import type { FirstFailure } from './note-failure';
import type { Counts } from './plan-counts';
import type { TableKey } from './selection';
import type { ExportPlan, Period } from './windows';

/** What the preflight found out about the table, and what the run follows from. */
export interface TableFacts {
  tableArn: string;
  tableId: string;
  key: TableKey;
  /** The attribute of time to live, if it is on. */
  ttlAttribute?: string;
  /** What reads the stream of the table: it sees the writes of the run too. */
  streamReaders: string[];
  /** Global secondary indexes: each may take writes of its own. */
  indexes: number;
  isGlobal: boolean;
  /** Read units a second, where they are provisioned. */
  readCapacity?: number;
}

/** What became of the entries of the journal. */
export interface SettledCounts {
  restored: number;
  /** Restored, and since then changed by others. */
  changedSince: number;
  /** Told instead of restored, by the reason. */
  listed: Record<string, number>;
  /** Neither: the item is as the journal has it before. */
  notWritten: number;
}

interface ItemRestoreFacts {
  settings: ItemRestoreSettings;
  table: TableFacts;
  /** The window, in seconds since 1970; absent when a journal is undone. */
  window?: Period;
  exportPlan?: ExportPlan;
  /** The ARN of each export of the plan, by its place there. */
  [name: `export${number}`]: string | undefined;
  /** The folder of the journal that is undone. */
  sourceJournal?: string;
  shards?: number;
  /** Items that the exports have. */
  exportedItems?: number;
  exportedBytes?: number;
  planned?: Counts;
  firstFailure?: FirstFailure;
  askedAt?: number;
  approval?: { isApproved: boolean; at: number; principal?: string; saidToBe?: string };
  /** From then on the items of the plan are written. */
  writesBegunAt?: number;
  settled?: SettledCounts;
  settledAt?: number;
}

/** The record of a run of dynamodb-item-restore. */
export type ItemRestoreRun = RunRecord<ItemRestoreFacts>;

/** The record of an open run. */
export async function getItemRestoreRun(step: StepInput): Promise<ItemRestoreRun> {
  return await getOpenRun<ItemRestoreRun>(step);
}

/** The id of a wait of the run. */
export function waitId(runId: string, step: string): string {
  return `${runId}#${step}`;
}

/** The same for every attempt, so that DynamoDB begins an export once. At most 64 characters. */
export function exportToken(runId: string, index: number): string {
  return createHash('sha256').update(`${runId}#export#${index}`).digest('hex');
}

/** The lock of a table: the swap has the same. */
export { lockOf } from '../swap/swap-run';

/** Whether the input names items; without that every item that was written in the window is meant. */
export function isNarrowed(settings: ItemRestoreSettings): boolean {
  return 'Source' in settings || settings.Keys !== undefined || settings.Filter !== undefined;
}
