import type { GetExecutionHistoryInput, HistoryEvent } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import { decryption } from '../access';
import { page } from '../page';
import type { StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export function GetExecutionHistory(
  this: StepFunctionsState,
  input: GetExecutionHistoryInput,
): { events: HistoryEvent[]; nextToken?: string } {
  requireSupported('states:GetExecutionHistory', input, [
    'executionArn',
    'includeExecutionData',
    'maxResults',
    'nextToken',
    'reverseOrder',
  ]);
  const { history } = this.execution(input.executionArn);
  const { items, nextToken } = page(input.reverseOrder ? history.toReversed() : history, input, 100);
  return { events: input.includeExecutionData === false ? items.map(withoutData) : items, nextToken };
}

/** "Execution data (input or output of a history event)"; what a task was given is left out too. */
function withoutData(event: HistoryEvent): HistoryEvent {
  const parts = Object.entries(event).map(([name, part]) => {
    if (!name.endsWith('EventDetails')) return [name, part];
    const { input: _input, output: _output, parameters: _parameters, ...others } = part as Record<string, unknown>;
    return [name, others];
  });
  return Object.fromEntries(parts) as HistoryEvent;
}

GetExecutionHistory.access = (
  state: StepFunctionsState,
  { executionArn = '*' }: GetExecutionHistoryInput,
): Access[] => [
  { action: 'states:GetExecutionHistory', resource: executionArn },
  ...decryption(state, state.executions.get(executionArn)?.machineArn),
];
