import type { SendTaskFailureInput } from '@aws-sdk/client-sfn';
import { StatesError } from '../../../asl/states-error';
import { checkFailure, type StepFunctionsState } from '../state';

export function SendTaskFailure(this: StepFunctionsState, input: SendTaskFailureInput): object {
  checkFailure(input);
  this.taskTokens.find(input.taskToken).fail(new StatesError(input.error, input.cause));
  return {};
}
