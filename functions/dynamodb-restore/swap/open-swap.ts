import { nowSeconds } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { InvalidInputError, TargetBusyError } from '../../shared/errors';
import { takeTargetLock } from '../../shared/runs/locks';
import { executionArnOf } from '../../shared/runs/run-id';
import { beginRun, updateRun } from '../../shared/runs/runs';
import { tell } from '../../shared/runs/tell';
import { task } from '../../shared/task';
import { findTable } from '../find-table';
import type { SwapSettings } from '../input';
import { duplicateName, fallbackName } from '../names';
import { describeSettings } from '../settings/describe-settings';
import { withChosenKey } from './chosen-key';
import { findKeptDuplicate, takeOverDuplicate } from './kept-duplicates';
import { readersOf } from './readers';
import { lockOf, type SwapRun } from './swap-run';

interface Input {
  runId: string;
  input: unknown;
  /** ISO 8601: when the execution began; names follow from it. */
  startTime: string;
  /** Of an execution that a release before began. */
  problems?: string[];
  /** What the preflight could not look up; absent in runs that an older release began. */
  warnings?: string[];
  settings: SwapSettings;
  tableExists: boolean;
  isCold: boolean;
}

/** What the state machine needs to route; everything else is read from the run's record. */
interface Output {
  tableExists: boolean;
  isApprovalNeeded: boolean;
  isDryRun: boolean;
}

const UNDO_STATE_MACHINE_ARN = requireEnv('UNDO_STATE_MACHINE_ARN');

/**
 * Takes the table's lock and records every setting of it: from then on no other run changes them. A dry run takes no lock, and nothing over. A duplicate that an interrupted run of the same intent left is taken over.
 * Safe to repeat: what is recorded stays, and a run may take its own lock again.
 */
export const handler = task(async (input: Input): Promise<Output> => {
  const { runId, problems = [], warnings, settings, tableExists, isCold } = input;
  if (problems.length > 0) throw new InvalidInputError(problems);
  const startedAt = Math.floor(new Date(input.startTime).getTime() / 1000);
  const ownName = duplicateName(settings.TableName, startedAt);
  const run = await beginRun<SwapRun>({
    runId,
    workflow: 'dynamodb-swap-restore',
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input.input),
    settings,
    ...(warnings?.length && { warnings }),
    tableExists,
    isCold,
    duplicateName: ownName,
    fallbackName: fallbackName(settings.TableName, startedAt),
  });
  const { DryRun: isDryRun } = settings;
  const holder = isDryRun ? undefined : await takeTargetLock(lockOf(settings.TableName), runId);
  if (holder)
    throw new TargetBusyError(
      `Nothing was changed. Another run works on the table ${settings.TableName}; wait for it or stop it: ${holder}`,
    );
  const isAdopted = run.preparedAt ? run.adopted !== undefined : await prepare(run, ownName);
  if (isCold && !isAdopted && !isDryRun && !run.saidColdAt) await tellHowLong(runId, settings.TableName);
  return { tableExists, isApprovalNeeded: tableExists && settings.Approval === 'Required', isDryRun };
});

/** Reads what the run has to know about the table; true when there is a duplicate already. */
async function prepare(run: SwapRun, ownName: string): Promise<boolean> {
  const table = run.tableExists ? withChosenKey(run, await describeSettings(run.settings.TableName)) : undefined;
  const facts = { preparedAt: nowSeconds(), ...(table && { table, readers: await readersOf(table) }) };
  if (run.settings.DryRun) {
    const kept = await findKeptDuplicate(run.settings, table?.tableId);
    const { ItemCount: items, TableSizeBytes: sizeBytes } = (await findTable(run.settings.TableName)) ?? {};
    await updateRun(run.runId, {
      ...facts,
      ...(kept && { keptDuplicate: kept.item }),
      ...(table && { originalReported: { items, sizeBytes } }),
    });
    return false;
  }
  const isAdopted = await adoptDuplicate(run, ownName, table?.tableId);
  await updateRun(run.runId, facts);
  return isAdopted;
}

/** Records the duplicate before taking it over, so that the undo knows it if the run is stopped in between. */
async function adoptDuplicate({ runId, settings, adopted }: SwapRun, ownName: string, tableId?: string) {
  const kept = await findKeptDuplicate(settings, tableId);
  if (kept) {
    const { item, fromRun, items, sample, backupArn } = kept;
    await updateRun(runId, { duplicateName: item, duplicateBackupArn: backupArn, adopted: { fromRun, items, sample } });
    if (await takeOverDuplicate(kept)) return true;
  }
  if (kept || adopted) await updateRun(runId, { duplicateName: ownName }, ['adopted', 'duplicateBackupArn']);
  return false;
}

/** A restore from cold storage takes hours: the operator learns that at the start. */
async function tellHowLong(runId: string, TableName: string): Promise<void> {
  await tell({
    runId,
    what: 'start',
    subject: `STARTED: the restore of ${TableName} from cold storage takes hours`,
    message: [
      `The recovery point is in cold storage: expect about three hours until the duplicate is restored, more for a large table. The table ${TableName} stays in use meanwhile.`,
      `Run: ${runId}`,
    ],
    attributes: { workflow: 'dynamodb-swap-restore', runId: executionArnOf(runId), outcome: 'STARTED' },
  });
  await updateRun(runId, { saidColdAt: nowSeconds() });
}
