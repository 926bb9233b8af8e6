import type { DescribeMapRunOutput } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import type { Output, StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export function DescribeMapRun(this: StepFunctionsState, input: { mapRunArn?: string }): Output<DescribeMapRunOutput> {
  return this.mapRun(input.mapRunArn).describe();
}

DescribeMapRun.access = (_state: StepFunctionsState, { mapRunArn = '*' }: { mapRunArn?: string }): Access[] => [
  { action: 'states:DescribeMapRun', resource: mapRunArn },
];
