import { requireEnv } from '../shared/config';
import { TargetBusyError } from '../shared/errors';
import { takeTargetLock } from '../shared/runs/locks';
import { beginRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import type { Checks } from './input';
import { lockOf, type RestoreTestRun, type TestPlan, WORKFLOW } from './restore-test-run';

interface Input {
  runId: string;
  input: unknown;
  warnings: string[];
  checks: Checks;
  plan: TestPlan;
  isOnDemand: boolean;
  isDryRun: boolean;
}

const UNDO_STATE_MACHINE_ARN = requireEnv('UNDO_STATE_MACHINE_ARN');

/** Writes the run record and takes the lock. Safe to repeat. */
export const handler = task(async (given: Input): Promise<Pick<Input, 'isOnDemand' | 'isDryRun'>> => {
  const { runId, input, warnings, checks, plan, isOnDemand, isDryRun } = given;
  await beginRun<RestoreTestRun>({
    runId,
    workflow: WORKFLOW,
    undoStateMachineArn: UNDO_STATE_MACHINE_ARN,
    input: JSON.stringify(input),
    settings: { checks, isOnDemand, isDryRun },
    plan,
    ...(plan.restoreJobId && { restoreJobId: plan.restoreJobId }),
    ...(plan.restoreStartedAt && { restoreStartedAt: plan.restoreStartedAt }),
    ...(warnings.length > 0 && { warnings }),
  });
  const holder = isDryRun ? undefined : await takeTargetLock(lockOf(plan), runId);
  if (holder)
    throw new TargetBusyError(
      `Nothing was changed. Another test of ${plan.sourceArn} is running; wait for it or stop it: ${holder}`,
    );
  return { isOnDemand, isDryRun };
});
