import { createHash } from 'node:crypto';
import { getOpenRun, type RunRecord, type StepInput } from '../../shared/runs/runs';
import type { ItemCount, Sample } from '../../shared/tables/compare-tables';
import type { SwapSettings } from '../input';
import { readSettings, type TableSettings } from '../settings/table-settings';
import type { SystemBackup } from '../system-backup';

/** A setting that is not as it was: its name, and what the result says about it. */
export interface SettingGap {
  setting: string;
  text: string;
}

/** What a run waits for; each has its own wait. */
type Step =
  | 'duplicate'
  | 'duplicateAfterAll'
  | 'fallbackBackup'
  | 'duplicateBackup'
  | 'approval'
  | 'deletion'
  | 'original'
  | 'index'
  | 'index-deletion';

/** What the steps of a swap write into its record. */
export interface SwapFacts {
  settings: SwapSettings;
  /** Of the preflight. */
  warnings?: string[];
  /** False when the table was deleted before the run: then there is nothing to swap out. */
  tableExists: boolean;
  /** When the table was read, under its lock. */
  preparedAt?: number;
  /** The table as it was; absent when there was none. */
  table?: TableSettings;
  duplicateName: string;
  /** The duplicate comes from this interrupted run, which had counted so many items in it. */
  adopted?: { fromRun: string; items?: ItemCount; sample?: Sample };
  fallbackName: string;
  /** The source is in cold storage, which takes hours. */
  isCold?: boolean;
  saidColdAt?: number;
  /** Of a dry run: the duplicate of an interrupted run that it would use. */
  keptDuplicate?: string;
  duplicateIntendedAt?: number;
  /** ISO 8601: the moment that the duplicate's data is of. */
  restoredTo?: string;
  restoreJobId?: string;
  /** The duplicate that was verified. */
  duplicateTableId?: string;
  /** Global secondary indexes that the restored data lacks or has otherwise: they are made again after the swap. */
  indexesToMake?: string[];
  originalItems?: ItemCount;
  duplicateItems?: ItemCount;
  /** Some of its items then. What differs now was written since, and is not in its backup. */
  duplicateSample?: Sample;
  /** What DynamoDB says about the table: up to six hours old, but there for tables that are too large to be counted. */
  originalReported?: { items?: number; sizeBytes?: number };
  /** What an interrupted run leaves for the next one, and until when. */
  duplicateKeptUntil?: number;
  /** When approval was asked for. */
  askedAt?: number;
  fallbackBackupArn?: string;
  /** The fallback from before the approval, which was too old by then, and when it was replaced. */
  earlierFallbackArn?: string;
  fallbackRenewedAt?: number;
  duplicateBackupArn?: string;
  /** The stored answer: of a principal that AWS authenticated, or of a name that nothing proves. */
  approval?: {
    isApproved: boolean;
    principal?: string;
    saidToBe?: string;
    /** The same in records of an earlier release. */
    by?: string;
    at: number;
  };
  /** Written before protection is taken off and the table deleted: from then on the name has to be filled again. */
  deletionIntendedAt?: number;
  deletedAt?: number;
  /** When the table was found gone that this run had not deleted. */
  foundGoneAt?: number;
  /** Which copy is being restored under the original name. */
  restoringFrom?: 'duplicate' | 'fallback';
  /** Tables that were restored under the name and found wrong. */
  wrongTableIds?: string[];
  availableAt?: number;
  verifiedAs?: 'restored' | 'original' | 'untouched';
  /** The table that was looked at then; as long as it is there nothing has to be compared again. */
  verifiedTableId?: string;
  /** Indexes that the restored data lacks and that were begun to be made again. */
  indexesBegun?: string[];
  /** Those that could not be made, by name, and why. */
  indexesRefused?: Record<string, string>;
  /** Settings that changed between the start of the run and the deletion. The newer ones are put back. */
  settingsChanged?: string[];
  /** What AWS Backup says of a restore to the duplicate that it completed with issues. */
  restoredWith?: string;
  /** The restored table could be compared only in part, or has more than the duplicate. */
  verifiedWith?: string;
  /** Some sampled items differ from the duplicate's, so the duplicate stays. */
  isDoubtful?: boolean;
  /** Settings that are not as they were. */
  gaps?: SettingGap[];
  /** The same as runs recorded it that began before 2026-12-01. */
  notRestored?: string[];
  /** What reads the table and does not follow it to its new stream and id, in words. */
  readers?: string[];
  /** Lambda's mappings that were made anew, in words. */
  consumersReplaced?: string[];
  /** Written before this run turns on point-in-time recovery for the deletion; in seconds since 1970. */
  recoveryTurnedOnAt?: number;
  /** When it was seen to be as it was before, in a run that did not delete the table. */
  recoveryPutBackAt?: number;
  /** Why this run could not turn it off again. */
  recoveryLeftOn?: string;
  /** Whether point-in-time recovery was on when the deletion was requested. */
  recoveryAtDeletion?: boolean | 'unknown';
  /** What was found of the backup that DynamoDB makes at the deletion. */
  systemBackup?: SystemBackup;
  systemBackupArn?: string;
  /** When what the run made and did not need any more was removed, and until when the fallback stays. */
  cleanedUpAt?: number;
  fallbackKeptUntil?: number;
}

/** The record of a swap: which copies exist, by ARN, and what has been begun. Read by every step and by the undo. */
export type SwapRun = RunRecord<SwapFacts>;

/** The record of an open swap, as `getOpenRun` gives it. */
export async function getSwapRun(step: StepInput): Promise<SwapRun> {
  const swap = await getOpenRun<SwapRun>(step);
  return swap.table ? { ...swap, table: readSettings(swap.table) } : swap;
}

/** `attempt` distinguishes several waits of one step, in one execution or in the undo after it. */
export function waitId(runId: string, step: Step, attempt = ''): string {
  return attempt ? `${runId}#${step}#${attempt}` : `${runId}#${step}`;
}

/** The same for every attempt of a step, so that AWS Backup never starts a second job for it. */
export function idempotencyToken(runId: string, step: string): string {
  return createHash('sha256').update(`${runId}#${step}`).digest('hex');
}

/** The lock of a table. */
export function lockOf(tableName: string): string {
  return `dynamodb/${tableName}`;
}
