import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { nowSeconds } from '../../shared/clock';
import { type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { getWait } from '../../shared/waits/waits';
import { countDifferences, countItems, differenceOf, keysOf } from '../compare-tables';
import { TableRestoreFailedError, TableVerificationError } from '../errors';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

/**
 * Checks what is under the original's name. What came from the duplicate is compared with the duplicate itself, which is
 * still there: the number of items, their size, and a sample of a hundred, item by item. Reads only; what is found goes into
 * the record.
 */
export const handler = task(async ({ runId, isUndo, attempt }: StepInput & { attempt: string }): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  const { TableName } = run.settings;
  const settled = (await getWait(waitId(runId, 'original', attempt)))?.settled[TableName];
  if (settled?.state !== 'ACTIVE')
    throw new TableRestoreFailedError(`The restore of ${TableName} ended ${settled?.state ?? 'unknown'}.`);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  // Seen to be right before; by now the duplicate may be gone.
  if (run.verifiedAs && Table?.TableId === run.verifiedTableId) return;
  if (Table?.TableId === run.table?.tableId) {
    await updateRun(runId, { verifiedAs: 'untouched', verifiedTableId: Table?.TableId });
    return;
  }
  const problems = await compare(run, Table ?? {});
  if (problems.length > 0) {
    await updateRun(runId, {
      wrongTableIds: [...(run.wrongTableIds ?? []), Table?.TableId ?? ''],
    });
    throw new TableVerificationError(`${TableName} was restored, but ${problems.join('; ')}.`);
  }
  await updateRun(runId, {
    verifiedAs: run.restoringFrom === 'fallback' ? 'original' : 'restored',
    verifiedTableId: Table?.TableId,
    availableAt: settled.at ?? nowSeconds(),
  });
});

async function compare(run: SwapRun, restored: TableDescription): Promise<string[]> {
  const { TableName } = run.settings;
  const problems: string[] = [];
  const { keySchema: KeySchema, attributeDefinitions: AttributeDefinitions } = run.table ?? {};
  if (run.table && keysOf(restored) !== keysOf({ KeySchema, AttributeDefinitions }))
    problems.push('its keys are not those of the table before');
  // The table as it was is gone; its backup can only be taken at its word.
  if (run.restoringFrom === 'fallback') return problems;
  const difference = differenceOf(await countItems(TableName), await countItems(run.duplicateName));
  if (difference) problems.push(`it has ${difference}, as the duplicate has`);
  const { sampled, different } = await countDifferences(run.duplicateName, TableName, restored.KeySchema ?? []);
  if (different > 0) problems.push(`${different} of ${sampled} sampled items differ from the duplicate's`);
  return problems;
}
