import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/sfn';
import { isoTime, nowSeconds } from '../clock';
import { hasName } from '../error-name';
import { WaitDeadlineError } from '../errors';
import { logger } from '../logger';
import { describeError } from '../task';
import type { Wait, WaitKind } from './waits';

/** Step Functions' errors for a token that is over: the state timed out, was retried or stopped. */
const TOKEN_IS_OVER = ['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken'];
/** A permission that is being deployed, or a quota, may refuse looks for minutes. */
const REFUSAL_PATIENCE_SECONDS = 600;
/** Step Functions' own limit of a cause is 32 KiB. */
const CAUSE_LIMIT = 30_000;

/** How a waiting task is to end. */
type TaskEnd = { output: string } | { error: string; cause: string };

/** How the task must end now, or undefined while the wait continues. */
export function endOf(kind: WaitKind, wait: Wait): TaskEnd | undefined {
  const waitedSeconds = nowSeconds() - wait.startedAt;
  const open = wait.resources.filter((resource) => !wait.settled[resource]);
  const failure = Object.values(wait.settled).find((end) => end.failure)?.failure;
  if (failure) return failure;
  if (open.length === 0 || kind.isEnough?.(wait))
    return { output: JSON.stringify({ waitId: wait.id, waitedSeconds, open: open.length }) };
  const subject = `${wait.kind} of ${open.slice(0, 20).join(', ')}${open.length > 20 ? ` and ${open.length - 20} more` : ''}`;
  const isRefusedForGood = wait.refusedSince && nowSeconds() - wait.refusedSince >= REFUSAL_PATIENCE_SECONDS;
  if (isRefusedForGood && !kind.isPatient) {
    const cause = `${wait.refusals} looks at the ${subject} were refused since ${isoTime(wait.refusedSince ?? 0)}: ${wait.lastError}`;
    return { error: wait.lastErrorName ?? 'Error', cause };
  }
  if (
    wait.unansweredSince &&
    nowSeconds() - wait.unansweredSince >= (kind.patienceSeconds ?? Number.POSITIVE_INFINITY)
  ) {
    return {
      error: 'TransientServiceError',
      cause: `No look at the ${subject} has been answered since ${isoTime(wait.unansweredSince)}: ${wait.lastError}`,
    };
  }
  if (nowSeconds() < wait.deadline) return undefined;
  const reasons = [
    `After ${waitedSeconds} s (until ${isoTime(wait.deadline)}) no end of the ${subject}.`,
    kind.explain?.(wait, open) ?? '',
    wait.refusedSince || wait.unansweredSince ? `The last look was refused: ${wait.lastError}` : '',
  ];
  return { error: new WaitDeadlineError().name, cause: reasons.filter(Boolean).join(' ').slice(0, CAUSE_LIMIT) };
}

/** Renews the heartbeat. Whether the task still waits, or why Step Functions did not answer. */
export async function isStillWaiting(wait: Wait): Promise<'yes' | 'no' | { unknown: unknown }> {
  try {
    return (await sendToken(wait, new SendTaskHeartbeatCommand({ taskToken: wait.taskToken }))) ? 'yes' : 'no';
  } catch (error) {
    logger.warn('Could not renew the heartbeat', { waitId: wait.id, reason: describeError(error) });
    return { unknown: error };
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
    if (!hasName(error, ...TOKEN_IS_OVER)) throw error;
    logger.info('Step Functions no longer knows the task token', { waitId: wait.id, reason: (error as Error).name });
    return false;
  }
}
