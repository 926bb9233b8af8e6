import { nowSeconds } from '../../shared/clock';
import { InvalidInputError } from '../../shared/errors';
import { executionArnOf } from '../../shared/runs/run-id';
import { findRun, getRun, updateRunIf } from '../../shared/runs/runs';
import { task } from '../../shared/task';
import { approval } from '../../shared/waits/kinds/approval';
import { checkWait, getWait } from '../../shared/waits/waits';
import { type SwapRun, waitId } from './swap-run';

interface Input {
  RunId?: unknown;
  Approve?: unknown;
  By?: unknown;
}

interface Answer {
  RunId: string;
  /** The answer that is stored, which may not be the one that was given. */
  Approved: boolean;
  /** Present when the given answer does not count: why. */
  Message?: string;
}

/**
 * Takes a person's answer to an approval request and returns the answer that is stored. A no replaces a yes until the
 * record has the intent of what was asked for (a deletion, or writes of dynamodb-item-restore); a yes never replaces a no. Every write is conditional on what the record holds
 * then, so answers that come at once change nothing else. Safe to repeat.
 */
export const handler = task(async ({ RunId, Approve, By }: Input): Promise<Answer> => {
  const problems = [
    ...(typeof RunId === 'string' && RunId ? [] : ['RunId: must be the ARN of the execution that asks']),
    ...(typeof Approve === 'boolean' ? [] : ['Approve: must be true or false']),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const run = (await getRun<SwapRun>(String(RunId))) ?? (await findRun<SwapRun>(String(RunId)));
  if (!run?.askedAt || !run.open) throw new InvalidInputError([`RunId: ${RunId} does not wait for an answer`]);
  const { runId } = run;
  await (Approve === true ? storeYes(runId, By) : storeNo(runId, By));
  const wait = await getWait(waitId(runId, 'approval'));
  if (wait?.due) await checkWait(approval, wait);
  const stored = await getRun<SwapRun>(runId);
  if (!stored?.approval) throw new InvalidInputError([`RunId: ${RunId} does not wait for an answer`]);
  const { isApproved } = stored.approval;
  const Message = isApproved === Approve ? undefined : whyNot(isApproved);
  return { RunId: executionArnOf(runId), Approved: isApproved, ...(Message && { Message }) };
});

/** A yes needs a question that is still open. */
async function storeYes(runId: string, by: unknown): Promise<void> {
  const wait = await getWait(waitId(runId, 'approval'));
  if (wait?.due) await updateRunIf(runId, { approval: answerOf(true, by) }, 'attribute_not_exists(approval)');
}

async function storeNo(runId: string, by: unknown): Promise<void> {
  await updateRunIf(
    runId,
    { approval: answerOf(false, by) },
    'attribute_not_exists(deletionIntendedAt) AND attribute_not_exists(writesBegunAt) AND (attribute_not_exists(approval) OR approval.isApproved = :yes)',
    { ':yes': true },
  );
}

/** Nothing proves the name in a direct invocation: the record calls it what it is said to be. */
function answerOf(isApproved: boolean, by: unknown): SwapRun['approval'] {
  return { isApproved, at: nowSeconds(), ...(typeof by === 'string' && { saidToBe: by.slice(0, 200) }) };
}

function whyNot(isApproved: boolean): string {
  return isApproved
    ? 'Too late: what was approved has begun.'
    : 'Nothing is done: a no was given, and a yes does not replace it.';
}
