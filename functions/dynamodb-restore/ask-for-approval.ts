import { nowSeconds } from '../shared/clock';
import { requireEnv } from '../shared/config';
import type { MessagePart } from '../shared/runs/message';
import { executionArnOf } from '../shared/runs/run-id';
import { updateRun } from '../shared/runs/runs';
import { tell } from '../shared/runs/tell';
import { approval } from '../shared/waits/kinds/approval';
import { startWait } from '../shared/waits/waits';
import type { ItemRestoreRun } from './item-restore/item-restore-run';
import type { SwapRun } from './swap/swap-run';

const REGION = requireEnv('AWS_REGION');

interface Question {
  subject: string;
  /** The request; `until` is when it is too late for an answer, in seconds since 1970. */
  message: (until: number) => MessagePart[];
  /** The wait for the answer. */
  waitId: string;
  taskToken: string;
}

/**
 * Asks the operator once, and waits for the answer. Safe to repeat: the request is noted, and the answer is written into
 * the run record, because a retry makes the task token invalid.
 */
export async function askForApproval(run: SwapRun | ItemRestoreRun, question: Question): Promise<void> {
  const { runId, workflow } = run;
  const { subject, message, waitId, taskToken } = question;
  const deadlineSeconds = run.settings.ApprovalTimeoutMinutes * 60;
  if (!run.askedAt) {
    await tell({
      runId,
      what: 'approval',
      subject: `APPROVAL NEEDED: ${subject}`,
      message: message(nowSeconds() + deadlineSeconds),
      attributes: { workflow, runId: executionArnOf(runId), outcome: 'APPROVAL_NEEDED' },
    });
    await updateRun(runId, { askedAt: nowSeconds() });
  }
  await startWait(approval, { id: waitId, region: REGION, resources: [runId], deadlineSeconds, taskToken });
}
