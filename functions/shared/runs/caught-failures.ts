import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/sfn';
import { logger } from '../logger';
import { describeCause, describeError } from '../task';

/** As many events as one answer has. A catch that lies further back has led to other states since. */
const LAST_EVENTS = 1000;
const NAMED = 3;

/** What a state caught. */
interface CaughtFailure {
  state: string;
  error: string;
  cause: string;
}

/**
 * What the states of an execution caught last, in order, with AWS's reason: an execution that is over before its report
 * has sent no notification. A failure that a Retry repeated is not caught: the event after a caught one is the state's exit.
 * Empty when the history cannot be read, as when a customer's key encrypts it. Reads only.
 */
export async function caughtFailures(executionArn: string): Promise<CaughtFailure[]> {
  try {
    const { events = [] } = await stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: LAST_EVENTS }),
    );
    const byId = new Map(events.map((event) => [event.id, event]));
    const caught = events.flatMap(({ stateExitedEventDetails: exited, previousEventId }) => {
      const failure = exited && failureOf(byId.get(previousEventId));
      return failure ? [{ state: exited.name ?? '', ...failure }] : [];
    });
    return caught.slice(0, NAMED).reverse();
  } catch (error) {
    logger.warn('Could not read what an execution caught', { executionArn, reason: describeError(error) });
    return [];
  }
}

/** The error and cause of an event of a failure, whichever kind of event it is. */
function failureOf(event: HistoryEvent | undefined): Omit<CaughtFailure, 'state'> | undefined {
  const details = Object.values(event ?? {}).find(
    (member): member is { error?: string; cause?: string } =>
      typeof member === 'object' && member !== null && 'error' in member,
  );
  return details && { error: details.error ?? '', cause: describeCause(details.cause) };
}
