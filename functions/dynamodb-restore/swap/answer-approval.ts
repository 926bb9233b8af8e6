import { nowSeconds } from '../../shared/clock';
import { InvalidInputError } from '../../shared/errors';
import { getRun, updateRun } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { approval } from '../../shared/waits/kinds/approval';
import { checkWait, getWait } from '../../shared/waits/waits';
import { type SwapRun, waitId } from './swap-run';

interface Input {
  RunId?: unknown;
  Approve?: unknown;
  By?: unknown;
}

/** Takes a person's answer to an approval request. The first answer counts; the same one again changes nothing. */
export const handler = task(async ({ RunId, Approve, By }: Input): Promise<{ RunId: string; Approved: boolean }> => {
  const problems = [
    ...(typeof RunId === 'string' && RunId ? [] : ['RunId: must be the ARN of the execution that asks']),
    ...(typeof Approve === 'boolean' ? [] : ['Approve: must be true or false']),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const runId = String(RunId);
  const run = (await getRun(runId)) as SwapRun | undefined;
  const wait = await getWait(waitId(runId, 'approval'));
  if (!run?.approval) {
    if (!run?.open || !wait?.due) throw new InvalidInputError([`RunId: ${runId} does not wait for an answer`]);
    await updateRun(runId, {
      approval: {
        isApproved: Approve === true,
        at: nowSeconds(),
        ...(typeof By === 'string' && { by: By.slice(0, 200) }),
      },
    });
  }
  const open = await getWait(waitId(runId, 'approval'));
  if (open?.due) await checkWait(approval, open);
  return { RunId: runId, Approved: run?.approval?.isApproved ?? Approve === true };
});
