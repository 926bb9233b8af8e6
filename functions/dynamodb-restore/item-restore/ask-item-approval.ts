import { isoTime } from '../../shared/clock';
import type { MessagePart } from '../../shared/runs/message';
import { executionArnOf } from '../../shared/runs/run-id';
import { task } from '../../shared/task';
import { askForApproval } from '../ask-for-approval';
import { howToAnswer } from '../how-to-answer';
import { getItemRestoreRun, type ItemRestoreRun, waitId } from './item-restore-run';
import { folderOf } from './journal';
import { describePlan } from './preview-text';
import { BUCKET } from './store';

/** Asks for approval of the writes, with the preview, and waits for the answer. Safe to repeat. */
export const handler = task(async ({ runId, taskToken }: { runId: string; taskToken: string }): Promise<void> => {
  const run = await getItemRestoreRun({ runId });
  await askForApproval(run, {
    subject: `restore items of ${run.settings.TableName}`,
    message: (until) => request(run, until),
    waitId: waitId(runId, 'approval'),
    taskToken,
  });
});

function request(run: ItemRestoreRun, until: number): MessagePart[] {
  return [
    ...describePlan(run),
    `Plan, item by item: s3://${BUCKET}/${folderOf(run.runId).journal}/`,
    'An item that is changed before it is written stays as it is then, and is listed.',
    '',
    ...howToAnswer(run.runId),
    '',
    `Without an answer until ${isoTime(until)} nothing is written, and the run ends.`,
    `Run: ${executionArnOf(run.runId)}`,
  ];
}
