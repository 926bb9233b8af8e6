import type { DescribeStateMachineOutput } from '@aws-sdk/client-sfn';
import type { Output, StepFunctionsState } from '../state';

export function DescribeStateMachine(
  this: StepFunctionsState,
  input: { stateMachineArn?: string },
): Output<DescribeStateMachineOutput> {
  const { arn, name, roleArn, definitionText, creationDate } = this.stateMachine(input.stateMachineArn);
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE',
    definition: definitionText,
    roleArn,
    type: 'STANDARD',
    creationDate,
  };
}
