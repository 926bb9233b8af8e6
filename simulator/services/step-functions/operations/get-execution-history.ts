import type { GetExecutionHistoryInput, HistoryEvent } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import { decryption } from '../access';
import { page } from '../page';
import type { StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export function GetExecutionHistory(
  this: StepFunctionsState,
  input: GetExecutionHistoryInput,
): { events: HistoryEvent[]; nextToken?: string } {
  const { history } = this.execution(input.executionArn);
  const { items, nextToken } = page(input.reverseOrder ? history.toReversed() : history, input, 100);
  return { events: items, nextToken };
}

GetExecutionHistory.access = (
  state: StepFunctionsState,
  { executionArn = '*' }: GetExecutionHistoryInput,
): Access[] => [
  { action: 'states:GetExecutionHistory', resource: executionArn },
  ...decryption(state, state.executions.get(executionArn)?.machineArn),
];
