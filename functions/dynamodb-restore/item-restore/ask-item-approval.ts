import { isoTime, nowSeconds } from '../../shared/clock';
import { requireEnv } from '../../shared/config';
import { executionArnOf } from '../../shared/runs/run-id';
import { updateRun } from '../../shared/runs/runs';
import { tell } from '../../shared/runs/tell';
import { task } from '../../shared/task';
import { approval } from '../../shared/waits/kinds/approval';
import { startWait } from '../../shared/waits/waits';
import { howToAnswer } from '../how-to-answer';
import { getItemRestoreRun, type ItemRestoreRun, waitId } from './item-restore-run';
import { folderOf } from './journal';
import { describePlan } from './preview-text';
import { BUCKET } from './store';

const REGION = requireEnv('AWS_REGION');

/**
 * Asks for approval of the writes, with the preview, and waits for the answer. Safe to repeat: the request is noted, and
 * the answer is written into the run record, because a retry makes the task token invalid.
 */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getItemRestoreRun({ runId });
  const deadlineSeconds = run.settings.ApprovalTimeoutMinutes * 60;
  if (!run.askedAt) {
    await tell({
      runId,
      what: 'approval',
      subject: `APPROVAL NEEDED: restore items of ${run.settings.TableName}`,
      message: request(run, nowSeconds() + deadlineSeconds),
      attributes: {
        workflow: run.workflow,
        runId: executionArnOf(runId),
        outcome: 'APPROVAL_NEEDED',
      },
    });
    await updateRun(runId, { askedAt: nowSeconds() });
  }
  await startWait(approval, {
    id: waitId(runId, 'approval'),
    region: REGION,
    resources: [runId],
    deadlineSeconds,
    taskToken,
  });
});

function request(run: ItemRestoreRun, until: number): string {
  return [
    ...describePlan(run),
    `Plan, item by item: s3://${BUCKET}/${folderOf(run.runId).journal}/`,
    'An item that is changed before it is written stays as it is then, and is listed.',
    '',
    ...howToAnswer(run.runId),
    '',
    `Without an answer until ${isoTime(until)} nothing is written, and the run ends.`,
    `Run: ${executionArnOf(run.runId)}`,
  ].join('\n');
}
