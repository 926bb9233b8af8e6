import { tokenAccess } from '../access';
import type { StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html */
export function SendTaskHeartbeat(this: StepFunctionsState, input: { taskToken?: string }): object {
  this.taskTokens.find(input.taskToken).heartbeat();
  return {};
}

SendTaskHeartbeat.access = (state: StepFunctionsState, { taskToken }: { taskToken?: string }) =>
  tokenAccess(state, 'SendTaskHeartbeat', taskToken);
