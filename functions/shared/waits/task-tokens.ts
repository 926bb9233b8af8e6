import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/sfn';
import { isoTime, nowSeconds } from '../clock';
import { logger } from '../logger';
import { describeError } from '../task';
import type { Wait, WaitKind } from './waits';

/** Step Functions' errors for a token that is over: the state timed out, was retried or stopped. */
const TOKEN_IS_OVER = ['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken'];
/** A single refusal may be a new permission that is not effective yet; three in a row are not. */
const MAX_REFUSALS = 3;

/** How a waiting task is to end. */
export type TaskEnd = { output: string } | { error: string; cause: string };

/** How the task must end now, or undefined while the wait continues. */
export function endOf(kind: WaitKind, wait: Wait, lookError: unknown): TaskEnd | undefined {
  const waitedSeconds = nowSeconds() - wait.startedAt;
  const open = wait.resources.filter((resource) => !wait.settled[resource]);
  if (open.length === 0) return { output: JSON.stringify({ waitId: wait.id, waitedSeconds }) };
  const subject = `${wait.kind} of ${open.slice(0, 20).join(', ')}${open.length > 20 ? ` and ${open.length - 20} more` : ''}`;
  if ((wait.refusals ?? 0) >= MAX_REFUSALS && lookError instanceof Error) {
    return { error: lookError.name, cause: `Could not see the ${subject}: ${lookError.message}` };
  }
  if (
    wait.unansweredSince &&
    nowSeconds() - wait.unansweredSince >= (kind.patienceSeconds ?? Number.POSITIVE_INFINITY)
  ) {
    return {
      error: 'TransientServiceError',
      cause: `No look at the ${subject} has been answered since ${isoTime(wait.unansweredSince)}.`,
    };
  }
  if (nowSeconds() < wait.deadline) return undefined;
  return {
    error: 'WaitDeadlineError',
    cause: `After ${waitedSeconds} s (until ${isoTime(wait.deadline)}) no end of the ${subject}.`,
  };
}

/** Renews the heartbeat. Whether the task still waits; `unknown` when Step Functions did not answer. */
export async function isStillWaiting(wait: Wait): Promise<'yes' | 'no' | 'unknown'> {
  try {
    return (await sendToken(wait, new SendTaskHeartbeatCommand({ taskToken: wait.taskToken }))) ? 'yes' : 'no';
  } catch (error) {
    logger.warn('Could not renew the heartbeat', { waitId: wait.id, reason: describeError(error) });
    return 'unknown';
  }
}

/** Ends the task. Returns false, which is no error, when the task is over already. */
export async function endTask(wait: Wait, end: TaskEnd): Promise<boolean> {
  const { taskToken } = wait;
  return sendToken(
    wait,
    'output' in end
      ? new SendTaskSuccessCommand({ taskToken, output: end.output })
      : new SendTaskFailureCommand({ taskToken, error: end.error, cause: end.cause }),
  );
}

/** Sends a heartbeat or an end for the task token; false when Step Functions no longer knows the token. */
async function sendToken(
  wait: Wait,
  command: SendTaskSuccessCommand | SendTaskFailureCommand | SendTaskHeartbeatCommand,
): Promise<boolean> {
  try {
    await stepFunctions.send(command as SendTaskHeartbeatCommand);
    return true;
  } catch (error) {
    if (!TOKEN_IS_OVER.includes((error as Error).name)) throw error;
    logger.info('Step Functions no longer knows the task token', { waitId: wait.id, reason: (error as Error).name });
    return false;
  }
}
