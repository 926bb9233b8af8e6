import type { SendTaskSuccessInput } from '@aws-sdk/client-sfn';
import { tokenAccess } from '../access';
import { parsePayload, type StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export function SendTaskSuccess(this: StepFunctionsState, input: SendTaskSuccessInput): object {
  const output = parsePayload(input.output ?? '', 'InvalidOutput');
  this.taskTokens.find(input.taskToken).succeed(output);
  return {};
}

SendTaskSuccess.access = (state: StepFunctionsState, { taskToken }: SendTaskSuccessInput) =>
  tokenAccess(state, 'SendTaskSuccess', taskToken);
