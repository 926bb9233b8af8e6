import { SimulatorError } from '../../errors';
import type { Execution } from '../execution';
import type { Json, JsonObject } from '../payload';
import type { Scope } from '../scope';
import { StatesError } from '../states-error';
import { request } from './request';

/** `states:startExecution`. https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
export async function startExecution(execution: Execution, args: JsonObject): Promise<Json> {
  const input = {
    stateMachineArn: args.StateMachineArn,
    name: args.Name,
    input: typeof args.Input === 'string' ? args.Input : JSON.stringify(args.Input ?? {}),
  };
  const output = (await request(
    execution,
    execution.region.stepFunctions,
    'StartExecution',
    input,
    'StepFunctions',
    'AWSStepFunctionsException',
  )) as { executionArn: string; startDate: Date };
  return { ExecutionArn: output.executionArn, StartDate: output.startDate.getTime() };
}

/** `.sync:2`: waits for the nested execution, stops it when the task is given up, and gives its output as JSON. */
export async function completeExecution(execution: Execution, response: JsonObject, scope: Scope): Promise<Json> {
  const nested = execution.host.executions.get(String(response.ExecutionArn));
  if (!nested) throw new SimulatorError(`The nested execution ${response.ExecutionArn} is lost.`);
  const leave = scope.onCancel(() => nested.abort());
  await nested.done;
  leave();
  const description: JsonObject = {
    ExecutionArn: nested.arn,
    Input: JSON.parse(nested.input),
    InputDetails: { Included: true },
    Name: nested.name,
    StartDate: nested.startDate.getTime(),
    StateMachineArn: nested.stateMachineArn,
    Status: nested.status,
    StopDate: nested.stopDate?.getTime() ?? null,
  };
  if (nested.status === 'SUCCEEDED') {
    return { ...description, Output: JSON.parse(nested.output ?? 'null'), OutputDetails: { Included: true } };
  }
  if (nested.error !== undefined) description.Error = nested.error;
  if (nested.cause !== undefined) description.Cause = nested.cause;
  // In the cause of a failure, the input stays a text.
  throw new StatesError('States.TaskFailed', JSON.stringify({ ...description, Input: nested.input }));
}
