import { requireEnv } from '../../shared/config';
import { InvalidInputError, TargetBusyError } from '../../shared/errors';
import { takeTargetLock } from '../../shared/runs/locks';
import { beginRun, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import type { ItemRestoreSettings } from './input';
import { isNarrowed, lockOf, type TableFacts } from './item-restore-run';
import { readJournalHead } from './journal-head';
import { plansAtOnce } from './rate';
import { type Period, planExports } from './windows';

interface Input {
  runId: string;
  input: unknown;
  settings: ItemRestoreSettings;
  table: TableFacts;
  window?: Period;
}

/** What the state machine needs to route; everything else is in the run's record. */
interface Output {
  isOfJournal: boolean;
  isGlobal: boolean;
  /** One number for each export. */
  exports: number[];
  /** One number for each shard of a journal. */
  shards: number[];
  plansAtOnce: number;
}

const UNDO_STATE_MACHINE_ARN = requireEnv('UNDO_STATE_MACHINE_ARN');

/**
 * Records what the run follows from and takes the lock of the table, which a swap takes too. A dry run takes none. Safe to repeat: what is recorded stays.
 */
export const handler = task(async (input: Input): Promise<Output> => {
  const { runId, settings, table, window } = input;
  const exportPlan = window && planExports(window);
  await beginRun({
    runId,
    workflow: 'dynamodb-item-restore',
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input.input),
    settings,
    table,
    isNarrowed: isNarrowed(settings),
    ...(exportPlan && { window, exportPlan }),
  });
  const holder = settings.DryRun ? undefined : await takeTargetLock(lockOf(settings.TableName), runId);
  if (holder)
    throw new TargetBusyError(
      `Nothing was changed. Another run works on the table ${settings.TableName}; wait for it or stop it: ${holder}`,
    );
  if (!('Source' in settings))
    return {
      isOfJournal: false,
      isGlobal: table.isGlobal,
      exports: (exportPlan?.periods ?? []).map((_, index) => index),
      shards: [],
      plansAtOnce: plansAtOnce(table.readCapacity),
    };
  const { folder, head } = await readJournalHead(settings);
  if (!head) throw new InvalidInputError([`Source.Journal: there is no journal at ${settings.Source.Journal}`]);
  await updateRun(runId, { sourceJournal: folder, shards: head.shards });
  return {
    isOfJournal: true,
    isGlobal: table.isGlobal,
    exports: [],
    shards: Array.from({ length: head.shards }, (_, shard) => shard),
    plansAtOnce: plansAtOnce(table.readCapacity),
  };
});
