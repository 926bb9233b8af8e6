import type { DescribeExecutionInput, DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import { decryption } from '../access';
import { type Output, redriveStatusOf, type StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export function DescribeExecution(
  this: StepFunctionsState,
  input: DescribeExecutionInput,
): Output<DescribeExecutionOutput> {
  const execution = this.execution(input.executionArn);
  const hasData = input.includedData !== 'METADATA_ONLY';
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate,
    stopDate: execution.stopDate,
    input: hasData ? execution.input : undefined,
    inputDetails: { included: hasData },
    output: hasData ? execution.output : undefined,
    outputDetails: execution.output === undefined ? undefined : { included: hasData },
    error: hasData ? execution.error : undefined,
    cause: hasData ? execution.cause : undefined,
    mapRunArn: execution.mapRunArn,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redriveDate,
    ...redriveStatusOf(execution, this.region.account.clock.now),
  };
}

DescribeExecution.access = (
  state: StepFunctionsState,
  { executionArn = '*', includedData }: DescribeExecutionInput,
): Access[] => [
  { action: 'states:DescribeExecution', resource: executionArn },
  ...(includedData === 'METADATA_ONLY' ? [] : decryption(state, state.executions.get(executionArn)?.machineArn)),
];
