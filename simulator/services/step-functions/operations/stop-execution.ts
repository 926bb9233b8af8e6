import type { StopExecutionInput } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import { checkFailure, type StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
export function StopExecution(this: StepFunctionsState, input: StopExecutionInput): { stopDate: Date } {
  checkFailure(input);
  const execution = this.execution(input.executionArn);
  execution.abort(input.error, input.cause);
  return { stopDate: execution.stopDate as Date };
}

StopExecution.access = (_state: StepFunctionsState, { executionArn = '*' }: StopExecutionInput): Access[] => [
  { action: 'states:StopExecution', resource: executionArn },
];
