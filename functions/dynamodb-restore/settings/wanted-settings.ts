import { findTable } from '../find-table';
import { type OperationRun, targetOf } from '../operation/operation-run';
import type { SwapRun } from '../swap/swap-run';
import { describeSettings } from './describe-settings';
import { settingsOfCopy } from './settings-of-copy';
import type { TableSettings } from './table-settings';

/** A run that restored a table. */
export type RestoringRun = SwapRun | OperationRun;

/** What a restored table is to have. */
export interface Wanted {
  /** The restored table. */
  TableName: string;
  settings: TableSettings;
  /** False beside the table: a copy to look at is to have no stream, and its items no end. Losses are named only. */
  isPutBack: boolean;
}

/** The table that a run restored. */
export function restoredName({ settings }: RestoringRun): string {
  return 'Operation' in settings ? targetOf(settings) : settings.TableName;
}

/**
 * The settings that a restored table is to have: those that the table had before the swap; where it was gone, or for an
 * operation, those of the table beside it, or what the copy says. `now` is the restored table. Reads only.
 */
export async function wantedSettings(run: RestoringRun, now: TableSettings): Promise<Wanted> {
  const TableName = restoredName(run);
  if ('table' in run && run.table) return { TableName, settings: run.table, isPutBack: true };
  const isPutBack = TableName === run.settings.TableName;
  const settings = await withoutTable(run, now);
  const { EncryptionKeyArn: kmsKeyArn } = run.settings as { EncryptionKeyArn?: string };
  if (!kmsKeyArn) return { TableName, settings, isPutBack };
  const notHeld = settings.notHeld && {
    ...settings.notHeld,
    settings: settings.notHeld.settings.filter((name) => name !== 'encryption key'),
  };
  return { TableName, settings: { ...settings, kmsKeyArn, notHeld }, isPutBack };
}

function withoutTable({ settings }: RestoringRun, now: TableSettings): Promise<TableSettings> {
  const source = 'Source' in settings ? settings.Source : settings;
  if ('Operation' in settings && settings.Operation === 'RestoreToPointInTime')
    return describeSettings(settings.TableName);
  const arn =
    'BackupArn' in source ? source.BackupArn : 'RecoveryPointArn' in source ? source.RecoveryPointArn : undefined;
  if (!arn) throw new Error('Only restores have settings that are wanted.');
  return besideOr(settings, arn, now);
}

/** Beside its own table a restored one is compared with that: it says more than any copy. */
async function besideOr(
  settings: { TableName: string; TargetTableName?: string; SourceTableArn?: string },
  arn: string,
  now: TableSettings,
): Promise<TableSettings> {
  const isBeside = settings.TargetTableName !== undefined && !settings.SourceTableArn;
  if (isBeside && (await findTable(settings.TableName))) return describeSettings(settings.TableName);
  return settingsOfCopy(arn, now);
}
