import type { ListMapRunsOutput } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import { page } from '../page';
import type { Output, StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html */
export function ListMapRuns(
  this: StepFunctionsState,
  input: { executionArn?: string; maxResults?: number; nextToken?: string },
): Output<ListMapRunsOutput> {
  const execution = this.execution(input.executionArn);
  const own = [...this.mapRuns.values()].filter(({ parent }) => parent === execution);
  const { items, nextToken } = page(own, input, 100);
  const mapRuns = items.map(({ arn, parent, label, startDate, stopDate }) => ({
    mapRunArn: arn,
    executionArn: parent.arn,
    stateMachineArn: `${parent.machineArn}/${label}`,
    startDate,
    stopDate,
  }));
  return { mapRuns, nextToken };
}

ListMapRuns.access = (_state: StepFunctionsState, { executionArn = '*' }: { executionArn?: string }): Access[] => [
  { action: 'states:ListMapRuns', resource: executionArn },
];
