import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/sfn';
import { isoTime, nowSeconds } from '../clock';
import { logger } from '../logger';
import { describeError } from '../task';
import type { Wait, WaitKind } from './waits';

/** Step Functions' answers to a token that is over: the state timed out, was retried or stopped. */
const TOKEN_IS_OVER = ['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken'];
/** One refusal may be a permission on its way; three in a row are not. */
const MAX_REFUSALS = 3;

/** How a waiting task is to end. */
export type TaskEnd = { output: string } | { error: string; cause: string };

/** How the task is to end now, or nothing as long as it goes on. */
export function endOf(kind: WaitKind, wait: Wait, lookError: unknown): TaskEnd | undefined {
  const waitedSeconds = nowSeconds() - wait.startedAt;
  const open = wait.resources.filter((resource) => !wait.settled[resource]);
  if (open.length === 0) return { output: JSON.stringify({ waitId: wait.id, waitedSeconds }) };
  const still = `${wait.kind} of ${open.slice(0, 20).join(', ')}${open.length > 20 ? ` and ${open.length - 20} more` : ''}`;
  if ((wait.refusals ?? 0) >= MAX_REFUSALS && lookError instanceof Error) {
    return { error: lookError.name, cause: `Could not see the ${still}: ${lookError.message}` };
  }
  if (
    wait.unansweredSince &&
    nowSeconds() - wait.unansweredSince >= (kind.patienceSeconds ?? Number.POSITIVE_INFINITY)
  ) {
    return {
      error: 'TransientServiceError',
      cause: `Nobody has answered since ${isoTime(wait.unansweredSince)} about the ${still}.`,
    };
  }
  if (nowSeconds() < wait.deadline) return undefined;
  return {
    error: 'WaitDeadlineError',
    cause: `After ${waitedSeconds} s (until ${isoTime(wait.deadline)}) no end of the ${still}.`,
  };
}

/** Renews the heartbeat; false when no task waits any more. */
export async function isStillWaiting(wait: Wait): Promise<boolean> {
  try {
    return await isHeard(wait, new SendTaskHeartbeatCommand({ taskToken: wait.taskToken }));
  } catch (error) {
    // One heartbeat less is nothing; the look may be what ends the wait.
    logger.warn('Could not renew the heartbeat', { waitId: wait.id, reason: describeError(error) });
    return true;
  }
}

/** Ends the task. Nothing is wrong when it is over already. */
export async function endTask(wait: Wait, end: TaskEnd): Promise<void> {
  const { taskToken } = wait;
  await isHeard(
    wait,
    'output' in end
      ? new SendTaskSuccessCommand({ taskToken, output: end.output })
      : new SendTaskFailureCommand({ taskToken, error: end.error, cause: end.cause }),
  );
}

/** Sends a word about the task token; false when Step Functions no longer knows the token. */
async function isHeard(
  wait: Wait,
  command: SendTaskSuccessCommand | SendTaskFailureCommand | SendTaskHeartbeatCommand,
): Promise<boolean> {
  try {
    await stepFunctions.send(command as SendTaskHeartbeatCommand);
    return true;
  } catch (error) {
    if (!TOKEN_IS_OVER.includes((error as Error).name)) throw error;
    logger.info('Nobody waits for this any more', { waitId: wait.id, reason: (error as Error).name });
    return false;
  }
}
