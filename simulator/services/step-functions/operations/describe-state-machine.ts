import type { DescribeStateMachineOutput } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import { decryption } from '../access';
import type { Output, StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
export function DescribeStateMachine(
  this: StepFunctionsState,
  input: { stateMachineArn?: string },
): Output<DescribeStateMachineOutput> {
  requireSupported('states:DescribeStateMachine', input, ['stateMachineArn']);
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

DescribeStateMachine.access = (
  state: StepFunctionsState,
  { stateMachineArn = '*' }: { stateMachineArn?: string },
): Access[] => [
  { action: 'states:DescribeStateMachine', resource: stateMachineArn },
  ...decryption(state, stateMachineArn),
];
