import type { StepFunctionsState } from '../state';

export function SendTaskHeartbeat(this: StepFunctionsState, input: { taskToken?: string }): object {
  this.taskTokens.find(input.taskToken).heartbeat();
  return {};
}
