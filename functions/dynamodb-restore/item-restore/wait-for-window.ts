import { requireEnv } from '../../shared/config';
import { task } from '../../shared/task';
import { tableRestorable } from '../../shared/waits/kinds/table-restorable';
import { startWait } from '../../shared/waits/waits';
import { getItemRestoreRun, waitId } from './item-restore-run';

const REGION = requireEnv('AWS_REGION');
/** An export of a short window ends up to 15 minutes after it, and what can be exported is minutes behind. */
const DEADLINE_SECONDS = 3 * 3600;

/**
 * Waits until everything that the exports need is recorded: DynamoDB itself says to which second that is. Safe to repeat:
 * reads only.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const { settings, exportPlan } = await getItemRestoreRun({ runId });
  await startWait(tableRestorable, {
    id: waitId(runId, 'window'),
    region: REGION,
    resources: [settings.TableName],
    context: { until: Math.max(...(exportPlan?.periods ?? []).map(({ to }) => to)) },
    deadlineSeconds: DEADLINE_SECONDS,
    taskToken,
  });
});
