import type { Access } from '../../service';
import type { StepFunctions } from '../step-functions';

/**
 * The permissions of each operation. The SendTask operations are checked against the state machine of the token, as in
 * SAM's policy template `StepFunctionsCallbackPolicy`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
 */
export function stepFunctionsAccess(
  service: StepFunctions,
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
    case 'StartExecution':
      return [{ action, resource: stateMachineArn }];
    case 'ListExecutions':
      return [{ action, resource: input.mapRunArn ?? stateMachineArn }];
    case 'DescribeExecution':
    case 'StopExecution':
    case 'RedriveExecution':
    case 'GetExecutionHistory':
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
