import { nowSeconds } from '../../shared/clock';
import { InvalidInputError } from '../../shared/errors';
import { executionArnOf } from '../../shared/runs/run-id';
import { findRun, getRun, updateRunIf } from '../../shared/runs/runs';
import { approval } from '../../shared/waits/kinds/approval';
import { checkForEvent, getWait } from '../../shared/waits/waits';
import { type SwapRun, waitId } from './swap-run';

/** An answer as people give it. */
export interface Answer {
  /** The ARN of the execution that asks. */
  RunId?: unknown;
  Approve?: unknown;
  By?: unknown;
}

/** The answer that is stored, which may not be the one that was given. */
export interface StoredAnswer {
  RunId: string;
  Approved: boolean;
  /** Present when the given answer does not count: why. */
  Message?: string;
}

/** Who answers: a principal that AWS authenticated, or a name that nothing proves. */
type Answerer = { principal: string } | { saidToBe?: string };

/** The open run that an answer is for. Throws InvalidInputError with every problem. */
export async function findAskingRun({ RunId, Approve }: Answer): Promise<SwapRun> {
  const problems = [
    ...(typeof RunId === 'string' && RunId ? [] : ['RunId: must be the ARN of the execution that asks']),
    ...(typeof Approve === 'boolean' ? [] : ['Approve: must be true or false']),
  ];
  if (problems.length > 0) throw new InvalidInputError(problems);
  const run = (await getRun<SwapRun>(String(RunId))) ?? (await findRun<SwapRun>(String(RunId)));
  if (!run?.askedAt || !run.open) throw notAsking(String(RunId));
  return run;
}

/**
 * Stores an answer and returns the one that is stored. A no replaces a yes until the record has the intent of what was
 * asked for (a deletion, or writes of dynamodb-item-restore); a yes never replaces a no. Every write is conditional on
 * what the record holds then, so answers that come at once change nothing else. Safe to repeat.
 */
export async function storeAnswer({ runId }: SwapRun, isApproved: boolean, answerer: Answerer): Promise<StoredAnswer> {
  const answer = { isApproved, at: nowSeconds(), ...answerer };
  await (isApproved ? storeYes(runId, answer) : storeNo(runId, answer));
  const wait = await getWait(waitId(runId, 'approval'));
  if (wait?.due) await checkForEvent(approval, wait, [runId]);
  const stored = await getRun<SwapRun>(runId);
  if (!stored?.approval) throw notAsking(executionArnOf(runId));
  const Approved = stored.approval.isApproved;
  const Message = Approved === isApproved ? undefined : whyNot(Approved);
  return { RunId: executionArnOf(runId), Approved, ...(Message && { Message }) };
}

/** A yes needs a question that is still open. */
async function storeYes(runId: string, answer: SwapRun['approval']): Promise<void> {
  const wait = await getWait(waitId(runId, 'approval'));
  if (wait?.due) await updateRunIf(runId, { approval: answer }, 'attribute_not_exists(approval)');
}

async function storeNo(runId: string, answer: SwapRun['approval']): Promise<void> {
  await updateRunIf(
    runId,
    { approval: answer },
    'attribute_not_exists(deletionIntendedAt) AND attribute_not_exists(writesBegunAt) AND (attribute_not_exists(approval) OR approval.isApproved = :yes)',
    { ':yes': true },
  );
}

function whyNot(isApproved: boolean): string {
  return isApproved
    ? 'Too late: what was approved has begun.'
    : 'Nothing is done: a no was given, and a yes does not replace it.';
}

function notAsking(runId: string): InvalidInputError {
  return new InvalidInputError([`RunId: ${runId} does not wait for an answer`]);
}
