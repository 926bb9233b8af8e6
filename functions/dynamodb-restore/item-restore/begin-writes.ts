import { nowSeconds } from '../../shared/clock';
import { updateRunIf } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { APPROVED, APPROVED_VALUES } from '../approved';
import { ApprovalRefusedError } from '../errors';
import { findTable } from '../find-table';
import { TableNotAsBeforeError } from './errors';
import { getItemRestoreRun } from './item-restore-run';

/**
 * Looks once more at what the writes rest on, as days may have passed: the approval, and that the table is the same one.
 * Then it records that the writes begin; from then on a no comes too late. Safe to repeat.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getItemRestoreRun({ runId });
  const { settings, table } = run;
  const found = await findTable(settings.TableName);
  if (found?.TableId !== table.tableId)
    throw new TableNotAsBeforeError(
      `Nothing was changed. The table ${settings.TableName} ${found ? 'is another one than' : 'is gone, and was there'} when the run began.`,
    );
  if (found.Replicas?.length && !table.isGlobal)
    throw new TableNotAsBeforeError(
      `Nothing was changed. The table ${settings.TableName} became a global table since the run began; start again with AcceptReplicas: true if that is what you want.`,
    );
  if (run.writesBegunAt) return;
  const isBegun = await updateRunIf(
    runId,
    { writesBegunAt: nowSeconds() },
    settings.Approval === 'Skip' ? 'attribute_not_exists(undoExecutionArn)' : APPROVED,
    settings.Approval === 'Skip' ? {} : APPROVED_VALUES,
  );
  // A repeated request whose answer was lost has begun them too.
  if (!isBegun && !(await getItemRestoreRun({ runId })).writesBegunAt)
    throw new ApprovalRefusedError(`Nothing was changed. The writes to ${settings.TableName} were not approved.`);
});
