import type { ListStateMachinesOutput } from '@aws-sdk/client-sfn';
import { page } from '../page';
import type { Output, StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html */
export function ListStateMachines(
  this: StepFunctionsState,
  input: { maxResults?: number; nextToken?: string },
): Output<ListStateMachinesOutput> {
  const { items, nextToken } = page([...this.stateMachines.values()], input, 100);
  const stateMachines = items.map(({ arn, name, creationDate }) => ({
    stateMachineArn: arn,
    name,
    type: 'STANDARD' as const,
    creationDate,
  }));
  return { stateMachines, nextToken };
}
