import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { nowSeconds } from '../../shared/clock';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { keysOf } from '../../shared/tables/compare-tables';
import { task } from '../../shared/task';
import { getWait } from '../../shared/waits/waits';
import { type Comparison, compareWithDuplicate } from '../compare-with-duplicate';
import {
  RestoredNotVerifiedError,
  TableReplacedError,
  TableRestoreFailedError,
  TableVerificationError,
} from '../errors';
import { findTable } from '../find-table';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

/**
 * Checks what is under the original's name: what came from the duplicate is compared with the duplicate itself, which is
 * still there. Two errors are verdicts, and only these may discard the restored table: TableVerificationError (it differs)
 * and TableRestoreFailedError (it did not come). Every other error says that the check could not be made. `isLate`: the
 * table is in use again, so its items may differ by now. Reads only; what is found goes into the record.
 */
export const handler = task(
  async ({ runId, isUndo, attempt, isLate }: StepInput & { attempt: string; isLate?: boolean }): Promise<void> => {
    const run = await getSwapRun({ runId, isUndo });
    const { TableName } = run.settings;
    const settled = (await getWait(waitId(runId, 'original', attempt)))?.settled[TableName];
    const table = await findTable(TableName);
    if (!table || (!isLate && settled && settled.state !== 'ACTIVE')) {
      const end = `The restore of ${TableName} ended ${settled?.state ?? 'without a table'}`;
      if (table && isOurs(run, table)) {
        // What the wait saw may have been the table before: only what this table itself shows now condemns it.
        if (table.TableStatus !== settled?.state)
          throw new RestoredNotVerifiedError(`${end}, and now the table there is ${table.TableStatus}.`);
        await condemn(run, table);
      }
      throw new TableRestoreFailedError(`${end}.`);
    }
    // Verified before; by now the duplicate may be gone.
    if (run.verifiedAs && table.TableId === run.verifiedTableId) return;
    if (table.TableId === run.table?.tableId)
      return updateRun(runId, { verifiedAs: 'untouched', verifiedTableId: table.TableId });
    if (!isOurs(run, table))
      throw new TableReplacedError(`The table ${TableName} was made by something else than this run.`);
    const { verdict, remark, isDoubtful } = await compare(run, table);
    if (verdict) {
      if (!isLate) await condemn(run, table);
      throw new TableVerificationError(`${TableName} was restored, but ${verdict}.`);
    }
    await updateRun(runId, {
      verifiedAs: run.restoringFrom === 'fallback' ? 'original' : 'restored',
      verifiedTableId: table.TableId,
      ...(remark && { verifiedWith: remark }),
      ...(isDoubtful && { isDoubtful }),
      ...(!run.availableAt && { availableAt: settled?.at ?? nowSeconds() }),
    });
  },
);

function isOurs(run: SwapRun, table: TableDescription | undefined): boolean {
  const arn = table?.RestoreSummary?.SourceBackupArn;
  return arn !== undefined && [run.duplicateBackupArn, run.fallbackBackupArn].includes(arn);
}

/** From now on the table may be replaced. */
async function condemn(run: SwapRun, table: TableDescription | undefined): Promise<void> {
  await updateRun(run.runId, { wrongTableIds: [...(run.wrongTableIds ?? []), table?.TableId ?? ''] });
}

async function compare(run: SwapRun, restored: TableDescription): Promise<Comparison> {
  if (restored.RestoreSummary?.SourceBackupArn === run.duplicateBackupArn) return compareWithDuplicate(run, restored);
  // The table as it was is gone; its backup can only be taken at its word.
  const { keySchema: KeySchema, attributeDefinitions: AttributeDefinitions } = run.table ?? {};
  const isSame = !run.table || keysOf(restored) === keysOf({ KeySchema, AttributeDefinitions });
  return isSame ? {} : { verdict: 'its keys are not those of the table before' };
}
