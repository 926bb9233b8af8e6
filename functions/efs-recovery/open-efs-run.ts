import { requireEnv } from '../shared/config';
import { InvalidInputError, TargetBusyError } from '../shared/errors';
import { takeTargetLock } from '../shared/runs/locks';
import { beginRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import type { FileSystemSettings } from './file-system';
import type { BackupSettings, RecoverySettings } from './input';
import { lockOf } from './lock';
import type { RecoveryPlan } from './recovery/recovery-plan';

interface Input {
  runId: string;
  workflow: 'efs-backup' | 'efs-copy-restore';
  input: unknown;
  /** Of an execution that a release before began. */
  problems?: string[];
  /** Absent in runs of earlier releases. */
  warnings?: string[];
  settings: BackupSettings | RecoverySettings;
  fileSystemArn?: string;
  plan?: RecoveryPlan;
  fileSystem?: FileSystemSettings;
}

/** What the state machine needs to route; everything else is read from the run's record. */
interface Output {
  isDryRun: boolean;
  isCopyNeeded: boolean;
}

const UNDO_STATE_MACHINE_ARN = requireEnv('UNDO_STATE_MACHINE_ARN');

/**
 * Writes the run record with the plan and takes the file system's lock. Safe to repeat: the record stays as it is, and a run may take its own lock again.
 */
export const handler = task(async (input: Input): Promise<Output> => {
  const { runId, workflow, problems = [], warnings = [], settings, plan, fileSystem, fileSystemArn } = input;
  // Two checks can find the same problem, such as a role that cannot be assumed.
  if (problems.length > 0) throw new InvalidInputError([...new Set(problems)]);
  await beginRun({
    runId,
    workflow,
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input.input),
    settings,
    warnings,
    plan,
    fileSystem,
    fileSystemArn,
  });
  const isDryRun = settings.DryRun;
  const holder = isDryRun ? undefined : await takeTargetLock(lockOf(workflow, settings), runId);
  if (holder)
    throw new TargetBusyError(
      `Nothing was changed. Another run holds ${settings.FileSystemID}; wait for it or stop it: ${holder}`,
    );
  return { isDryRun, isCopyNeeded: plan?.copyFrom !== undefined };
});
