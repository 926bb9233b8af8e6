import type { StopExecutionInput } from '@aws-sdk/client-sfn';
import { checkFailure, type StepFunctionsState } from '../state';

export function StopExecution(this: StepFunctionsState, input: StopExecutionInput): { stopDate: Date } {
  checkFailure(input);
  const execution = this.execution(input.executionArn);
  execution.abort(input.error, input.cause);
  return { stopDate: execution.stopDate as Date };
}
