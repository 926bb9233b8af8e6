import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { InvalidInputError, TargetBusyError } from '../shared/errors';
import { takeLock } from '../shared/locks';
import { notify } from '../shared/notify';
import { beginRun, updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { describeSettings } from './describe-settings';
import type { SwapSettings } from './input';
import { duplicateName, fallbackName } from './names';
import { lockOf } from './swap-run';

interface Input {
  runId: string;
  input: unknown;
  /** ISO 8601: when the execution began; names follow from it. */
  startTime: string;
  problems: string[];
  settings: SwapSettings;
  tableExists: boolean;
  isCold: boolean;
}

/** What the state machine needs to route; everything else is read from the run's record. */
interface Output {
  tableExists: boolean;
  isApprovalNeeded: boolean;
}

const UNDO_STATE_MACHINE_ARN = requireEnv('UNDO_STATE_MACHINE_ARN');

/**
 * Ends the preflight: fails with every problem that was found, or records every setting of the table and takes its lock.
 * Safe to repeat: the record stays as it is, and a run may take its own lock again.
 */
export const handler = task(async (input: Input): Promise<Output> => {
  const { runId, problems, settings, tableExists, isCold } = input;
  if (problems.length > 0) throw new InvalidInputError(problems);
  const startedAt = Math.floor(new Date(input.startTime).getTime() / 1000);
  const run = await beginRun({
    runId,
    workflow: 'dynamodb-swap-restore',
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input.input),
    settings,
    table: tableExists ? await describeSettings(settings.TableName) : undefined,
    isCold,
    duplicateName: duplicateName(settings.TableName, startedAt),
    fallbackName: fallbackName(settings.TableName, startedAt),
  });
  const holder = await takeLock(lockOf(settings.TableName), runId);
  if (holder)
    throw new TargetBusyError(
      `Nothing was changed. Another run works on the table ${settings.TableName}; wait for it or stop it: ${holder}`,
    );
  if (isCold && !run.saidColdAt) await tellHowLong(runId, settings.TableName);
  return { tableExists, isApprovalNeeded: tableExists && settings.Approval === 'Required' };
});

/** Nobody should wonder for hours whether something is wrong. */
async function tellHowLong(runId: string, TableName: string): Promise<void> {
  await notify(
    `STARTED: the restore of ${TableName} from cold storage takes hours`,
    `The recovery point is in cold storage: expect about three hours until the duplicate is restored, more for a large table. The table ${TableName} stays in use meanwhile.\nRun: ${runId}`,
    { workflow: 'dynamodb-swap-restore', runId, outcome: 'STARTED' },
  );
  await updateRun(runId, { saidColdAt: nowSeconds() });
}
