import type { DescribeMapRunOutput } from '@aws-sdk/client-sfn';
import type { Output, StepFunctionsState } from '../state';

export function DescribeMapRun(this: StepFunctionsState, input: { mapRunArn?: string }): Output<DescribeMapRunOutput> {
  return this.mapRun(input.mapRunArn).describe();
}
