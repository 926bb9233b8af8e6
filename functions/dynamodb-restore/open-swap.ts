import { requireEnv } from '../shared/config';
import { InvalidInputError, TargetBusyError } from '../shared/errors';
import { takeLock } from '../shared/locks';
import { openRun } from '../shared/runs';
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
  const { runId, problems, settings, tableExists } = input;
  if (problems.length > 0) throw new InvalidInputError(problems);
  const startedAt = Math.floor(new Date(input.startTime).getTime() / 1000);
  await openRun({
    runId,
    workflow: 'dynamodb-swap-restore',
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input.input),
    settings,
    table: tableExists ? await describeSettings(settings.TableName) : undefined,
    duplicateName: duplicateName(settings.TableName, startedAt),
    fallbackName: fallbackName(settings.TableName, startedAt),
  });
  const holder = await takeLock(lockOf(settings.TableName), runId);
  if (holder)
    throw new TargetBusyError(
      `Nothing was changed. Another run works on the table ${settings.TableName}; wait for it or stop it: ${holder}`,
    );
  return { tableExists, isApprovalNeeded: tableExists && settings.Approval === 'Required' };
});
