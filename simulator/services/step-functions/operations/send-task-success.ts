import type { SendTaskSuccessInput } from '@aws-sdk/client-sfn';
import { parsePayload, type StepFunctionsState } from '../state';

export function SendTaskSuccess(this: StepFunctionsState, input: SendTaskSuccessInput): object {
  const output = parsePayload(input.output ?? '', 'InvalidOutput');
  this.taskTokens.find(input.taskToken).succeed(output);
  return {};
}
