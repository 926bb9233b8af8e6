import type { SendTaskFailureInput } from '@aws-sdk/client-sfn';
import { StatesError } from '../../../asl/states-error';
import { tokenAccess } from '../access';
import { checkFailure, type StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
export function SendTaskFailure(this: StepFunctionsState, input: SendTaskFailureInput): object {
  checkFailure(input);
  this.taskTokens.find(input.taskToken).fail(new StatesError(input.error, input.cause));
  return {};
}

SendTaskFailure.access = (state: StepFunctionsState, { taskToken }: SendTaskFailureInput) =>
  tokenAccess(state, 'SendTaskFailure', taskToken);
