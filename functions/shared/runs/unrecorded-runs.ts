import { DescribeExecutionCommand, type ExecutionListItem, paginateListExecutions } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/sfn';
import { nowSeconds } from '../clock';
import { logger } from '../logger';
import { describeError } from '../task';
import { findRun } from './runs';

/** An execution that is over, as its status event describes it. */
export interface EndedExecution {
  executionArn: string;
  stateMachineArn: string;
  status: string;
  /** Milliseconds since 1970. */
  startDate: number;
  /** The execution's input; absent when a customer's key encrypts it, or when it is too long for the event. */
  input?: string;
  /** Why Step Functions ended it; absent like the input. */
  error?: string | null;
  cause?: string | null;
}

const FAILED_STATUSES = ['FAILED', 'TIMED_OUT', 'ABORTED'];
/** The most that ListExecutions answers at once: one list of all costs less than one of each status. */
const PAGE_SIZE = 1000;
/** Longer than any outage that leaves an execution without a record is likely to last. */
const LOOK_BACK_MS = 7 * 24 * 3600 * 1000;
/** The status event comes first, and an operator may redrive the execution: the next look takes what is still open. */
const GRACE_MS = 5 * 60 * 1000;

/**
 * The failed executions of the last seven days that have no run record: their first and last states could not write one,
 * and neither could the function that their status event started. Reads only. ListExecutions answers newest start first.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export async function findUnrecorded(stateMachineArns: string[]): Promise<EndedExecution[]> {
  const found: EndedExecution[] = [];
  for (const stateMachineArn of stateMachineArns) {
    for await (const execution of lately(stateMachineArn)) {
      const { executionArn = '', startDate = new Date(), stopDate = startDate, status = '' } = execution;
      if (!FAILED_STATUSES.includes(status) || nowSeconds() * 1000 - stopDate.getTime() < GRACE_MS) continue;
      if (await findRun(executionArn, startDate)) continue;
      const data = await dataOf(executionArn);
      found.push({ executionArn, stateMachineArn, status, startDate: startDate.getTime(), ...data });
    }
  }
  return found;
}

async function* lately(stateMachineArn: string): AsyncGenerator<ExecutionListItem> {
  const since = nowSeconds() * 1000 - LOOK_BACK_MS;
  for await (const { executions = [] } of paginateListExecutions(
    { client: stepFunctions, pageSize: PAGE_SIZE },
    { stateMachineArn },
  )) {
    for (const execution of executions) {
      if ((execution.startDate?.getTime() ?? 0) < since) return;
      yield execution;
    }
  }
}

async function dataOf(executionArn: string): Promise<Pick<EndedExecution, 'input' | 'error' | 'cause'>> {
  try {
    const { input, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return { ...(input !== undefined && { input }), ...(error && { error }), ...(cause && { cause }) };
  } catch (error) {
    // Only the report is poorer without it.
    logger.warn('Could not read the data of an execution', { executionArn, reason: describeError(error) });
    return {};
  }
}
