import type { ListExecutionsInput, ListExecutionsOutput } from '@aws-sdk/client-sfn';
import { AwsError } from '../../../errors';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import { page } from '../page';
import type { Output, StepFunctionsState } from '../state';

/** In the order in which AWS lists them. */
const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

/** The newest execution comes first. */
export function ListExecutions(this: StepFunctionsState, input: ListExecutionsInput): Output<ListExecutionsOutput> {
  requireSupported('states:ListExecutions', input, [
    'mapRunArn',
    'maxResults',
    'nextToken',
    'stateMachineArn',
    'statusFilter',
  ]);
  const { statusFilter } = input;
  if (statusFilter !== undefined && !STATUSES.includes(statusFilter))
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${statusFilter}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [${STATUSES.join(', ')}]`,
    );
  if (input.mapRunArn !== undefined) this.mapRun(input.mapRunArn);
  else this.stateMachine(input.stateMachineArn);
  const matching = [...this.executions.values()]
    .filter(({ arn }) => this.known(arn))
    .filter((execution) =>
      input.mapRunArn === undefined
        ? execution.mapRunArn === undefined && execution.stateMachineArn === input.stateMachineArn
        : execution.mapRunArn === input.mapRunArn,
    )
    .filter(({ status }) => statusFilter === undefined || status === statusFilter)
    .reverse();
  const { items, nextToken } = page(matching, input, 100, 3096);
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
