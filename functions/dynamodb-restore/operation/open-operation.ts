import { requireEnv } from '../../shared/config';
import { InvalidInputError, TargetBusyError } from '../../shared/errors';
import { takeTargetLock } from '../../shared/runs/locks';
import { beginRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import type { OperationSettings } from '../input';
import { fallbackName } from '../names';
import { lockOf } from '../swap/swap-run';
import { targetOf } from './operation-run';

interface Input {
  runId: string;
  input: unknown;
  /** ISO 8601: when the execution began; names follow from it. */
  startTime: string;
  /** Of an execution that a release before began. */
  problems?: string[];
  /** What the preflight could not look up; absent in runs that an older release began. */
  warnings?: string[];
  settings: OperationSettings;
  /** Of the table that is to be deleted; absent in runs that an older release began. */
  tableId?: string;
}

/** What the state machine needs to route. */
interface Output {
  operation: OperationSettings['Operation'];
  isBackupNeeded: boolean;
  isDryRun: boolean;
}

const UNDO_STATE_MACHINE_ARN = requireEnv('UNDO_STATE_MACHINE_ARN');

/** Writes the run record and takes the table's lock, unless it is a dry run. Safe to repeat. */
export const handler = task(async (given: Input): Promise<Output> => {
  const { runId, input, startTime, problems = [], warnings, settings, tableId } = given;
  if (problems.length > 0) throw new InvalidInputError(problems);
  await beginRun({
    runId,
    workflow: 'dynamodb-table-operation',
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input),
    settings,
    ...(warnings?.length && { warnings }),
    ...(tableId !== undefined && { tableId }),
    fallbackName: fallbackName(settings.TableName, Math.floor(new Date(startTime).getTime() / 1000)),
  });
  const { DryRun: isDryRun } = settings;
  const holder = isDryRun ? undefined : await takeTargetLock(lockOf(targetOf(settings)), runId);
  if (holder)
    throw new TargetBusyError(
      `Nothing was changed. Another run works on the table ${targetOf(settings)}; wait for it or stop it: ${holder}`,
    );
  return {
    operation: settings.Operation,
    isBackupNeeded: settings.Operation === 'DeleteTable' && !settings.SkipBackup,
    isDryRun,
  };
});
