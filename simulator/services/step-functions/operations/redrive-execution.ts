import { AwsError } from '../../../errors';
import type { Access } from '../../../service';
import { redriveStatusOf, type StepFunctionsState } from '../state';

/**
 * The token that lets a request be repeated (`clientToken`) changes nothing here.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
 */
export function RedriveExecution(this: StepFunctionsState, input: { executionArn?: string }): { redriveDate: Date } {
  const execution = this.execution(input.executionArn);
  const { redriveStatusReason } = redriveStatusOf(execution, this.region.account.clock.now);
  if (redriveStatusReason) throw new AwsError('ExecutionNotRedrivable', redriveStatusReason);
  execution.redrive();
  return { redriveDate: this.region.account.clock.date };
}

RedriveExecution.access = (_state: StepFunctionsState, { executionArn = '*' }: { executionArn?: string }): Access[] => [
  { action: 'states:RedriveExecution', resource: executionArn },
];
