import type { Access } from '../../service';
import { viaService } from '../key-use';
import { machineKeyUse } from './encryption';
import type { StepFunctionsState } from './state';

/**
 * The permissions of each operation. The SendTask operations are checked against the state machine of the token, as in
 * SAM's policy template `StepFunctionsCallbackPolicy`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
 */
export function stepFunctionsAccess(
  service: StepFunctionsState,
  operation: string,
  input: Record<string, string | undefined>,
): Access[] {
  const action = `states:${operation}`;
  const stateMachineArn = input.stateMachineArn ?? service.region.arn('states', `stateMachine:${input.name}`);
  switch (operation) {
    case 'CreateStateMachine':
    case 'UpdateStateMachine':
      return [{ action, resource: stateMachineArn }, ...passRole(input.roleArn)];
    case 'DescribeStateMachine':
      return [{ action, resource: stateMachineArn }, ...decryption(service, stateMachineArn)];
    case 'StartExecution':
      return [{ action, resource: stateMachineArn }];
    case 'ListExecutions':
      return [{ action, resource: input.mapRunArn ?? stateMachineArn }];
    case 'DescribeExecution':
    case 'GetExecutionHistory': {
      const described = [{ action, resource: input.executionArn ?? '*' }];
      if (input.includedData === 'METADATA_ONLY') return described;
      return [...described, ...decryption(service, service.executions.get(input.executionArn ?? '')?.machineArn)];
    }
    case 'StopExecution':
    case 'RedriveExecution':
    case 'ListMapRuns':
      return [{ action, resource: input.executionArn ?? '*' }];
    case 'DescribeMapRun':
      return [{ action, resource: input.mapRunArn ?? '*' }];
    case 'SendTaskSuccess':
    case 'SendTaskFailure':
    case 'SendTaskHeartbeat':
      return [{ action, resource: service.taskTokens.stateMachineOf(input.taskToken ?? '') ?? '*' }];
    default:
      return [{ action, resource: '*' }];
  }
}

/** What a caller needs to be shown what a key of the customer's encrypts. */
function decryption({ region, stateMachines }: StepFunctionsState, machineArn = ''): Access[] {
  const machine = stateMachines.get(machineArn);
  return machine ? machineKeyUse(region, machine, ['Decrypt'], viaService(region, 'states')) : [];
}

function passRole(roleArn: string | undefined): Access[] {
  if (roleArn === undefined) return [];
  return [
    {
      action: 'iam:PassRole',
      resource: roleArn,
      context: { 'iam:PassedToService': 'states.amazonaws.com' },
    },
  ];
}
