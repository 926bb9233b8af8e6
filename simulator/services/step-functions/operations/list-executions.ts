import type { ListExecutionsInput, ListExecutionsOutput } from '@aws-sdk/client-sfn';
import type { Access } from '../../../service';
import { page } from '../page';
import type { Output, StepFunctionsState } from '../state';

/** The newest execution comes first. */
export function ListExecutions(this: StepFunctionsState, input: ListExecutionsInput): Output<ListExecutionsOutput> {
  if (input.mapRunArn !== undefined) this.mapRun(input.mapRunArn);
  else this.stateMachine(input.stateMachineArn);
  const matching = [...this.executions.values()]
    .filter(({ arn }) => this.known(arn))
    .filter((execution) =>
      input.mapRunArn === undefined
        ? execution.mapRunArn === undefined && execution.stateMachineArn === input.stateMachineArn
        : execution.mapRunArn === input.mapRunArn,
    )
    .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
    .reverse();
  const { items, nextToken } = page(matching, input, 100);
  const executions = items.map(({ arn, stateMachineArn, name, status, startDate, stopDate, mapRunArn }) => ({
    executionArn: arn,
    stateMachineArn,
    name,
    status,
    startDate,
    stopDate,
    mapRunArn,
  }));
  return { executions, nextToken };
}

ListExecutions.access = (_state: StepFunctionsState, input: ListExecutionsInput): Access[] => [
  { action: 'states:ListExecutions', resource: input.mapRunArn ?? input.stateMachineArn ?? '*' },
];
