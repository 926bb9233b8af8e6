import { type StepInput, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { getSwapRun } from '../swap/swap-run';
import { differentSettings } from './compare-settings';
import { describeSettings } from './describe-settings';

/**
 * Compares every setting of the table with what it was before, and names what differs in the result: a local index that
 * the restored data lacks, for instance, because that cannot be made on a table that exists. Reads only.
 */
export const handler = task(async ({ runId, isUndo }: StepInput): Promise<void> => {
  const run = await getSwapRun({ runId, isUndo });
  if (!run.table) return updateRun(runId, { settingsVerified: true });
  const named = run.gaps ?? [];
  const others = differentSettings(run.table, await describeSettings(run.settings.TableName)).filter(
    ({ setting }) => !named.some((gap) => gap.setting === setting),
  );
  await updateRun(run.runId, { gaps: [...named, ...others], settingsVerified: true });
});
