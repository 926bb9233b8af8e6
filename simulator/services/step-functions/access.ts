import type { Access } from '../../service';
import { viaService } from '../key-use';
import { machineKeyUse } from './encryption';
import type { StepFunctionsState } from './state';

/**
 * The SendTask operations are checked against the state machine of the token, as in SAM's policy template
 * `StepFunctionsCallbackPolicy`.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
 */
export function tokenAccess({ taskTokens }: StepFunctionsState, operation: string, taskToken = ''): Access[] {
  return [{ action: `states:${operation}`, resource: taskTokens.stateMachineOf(taskToken) ?? '*' }];
}

/** What a caller needs to be shown what a key of the customer's encrypts. */
export function decryption({ region, stateMachines }: StepFunctionsState, machineArn = ''): Access[] {
  const machine = stateMachines.get(machineArn);
  return machine ? machineKeyUse(region, machine, ['Decrypt'], viaService(region, 'states')) : [];
}

/** What makes or changes a state machine hands it a role. */
export function passRole(roleArn: string | undefined): Access[] {
  if (roleArn === undefined) return [];
  return [
    {
      action: 'iam:PassRole',
      resource: roleArn,
      context: { 'iam:PassedToService': 'states.amazonaws.com' },
    },
  ];
}
