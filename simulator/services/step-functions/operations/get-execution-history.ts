import type { GetExecutionHistoryInput, HistoryEvent } from '@aws-sdk/client-sfn';
import { page } from '../page';
import type { StepFunctionsState } from '../state';

export function GetExecutionHistory(
  this: StepFunctionsState,
  input: GetExecutionHistoryInput,
): { events: HistoryEvent[]; nextToken?: string } {
  const { history } = this.execution(input.executionArn);
  const { items, nextToken } = page(input.reverseOrder ? history.toReversed() : history, input, 100);
  return { events: items, nextToken };
}
