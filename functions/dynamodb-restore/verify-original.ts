import { isDeepStrictEqual } from 'node:util';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { nowSeconds } from '../shared/clock';
import { updateRun } from '../shared/runs';
import { task } from '../shared/task';
import { getWait } from '../shared/waits';
import { countDifferences, countItems } from './compare-tables';
import { TableRestoreFailedError, TableVerificationError } from './errors';
import { getSwapRun, type SwapRun, waitId } from './swap-run';

/**
 * Checks what is under the original's name. What came from the duplicate is compared with the duplicate itself, which is
 * still there: the number of items, and a sample of a hundred, item by item. Reads only; what is found goes into the record.
 */
export const handler = task(async ({ runId, attempt }: { runId: string; attempt: string }): Promise<void> => {
  const run = await getSwapRun(runId);
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
  const problems = await compare(run, Table?.KeySchema);
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

async function compare(run: SwapRun, keySchema: unknown): Promise<string[]> {
  const { TableName } = run.settings;
  const problems: string[] = [];
  if (run.table && !isDeepStrictEqual(keySchema, run.table.keySchema))
    problems.push('its keys are not those of the table before');
  // The table as it was is gone; its backup can only be taken at its word.
  if (run.restoringFrom === 'fallback') return problems;
  const here = await countItems(TableName);
  const there = await countItems(run.duplicateName);
  if (here.isComplete && there.isComplete && here.items !== there.items)
    problems.push(`it has ${here.items} items, the duplicate ${there.items}`);
  const keys = run.table?.keySchema ?? (keySchema as NonNullable<SwapRun['table']>['keySchema']);
  const { sampled, different } = await countDifferences(run.duplicateName, TableName, keys);
  if (different > 0) problems.push(`${different} of ${sampled} sampled items differ from the duplicate's`);
  return problems;
}
