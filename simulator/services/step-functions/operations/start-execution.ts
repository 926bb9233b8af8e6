import type { StartExecutionInput } from '@aws-sdk/client-sfn';
import { Execution } from '../../../asl/execution';
import { AwsError } from '../../../errors';
import { authorize } from '../../../iam/authorize';
import type { Access } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import { executionKeyUse } from '../encryption';
import { checkName, parsePayload, type StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export function StartExecution(
  this: StepFunctionsState,
  input: StartExecutionInput,
  caller = this.region.account.root,
): { executionArn: string; startDate: Date } {
  requireSupported('states:StartExecution', input, ['stateMachineArn', 'name', 'input']);
  const stateMachine = this.stateMachine(input.stateMachineArn);
  const name = input.name ?? this.region.account.random.uuid();
  checkName(name);
  const text = input.input ?? '{}';
  parsePayload(text, 'InvalidExecutionInput');
  const arn = this.region.arn('states', `execution:${stateMachine.name}:${name}`);
  const existing = this.known(arn);
  if (existing) {
    if (existing.status === 'RUNNING' && existing.input === text) {
      this.trail(input, caller, existing);
      return { executionArn: arn, startDate: existing.startDate };
    }
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  }
  const role = { principalArn: stateMachine.roleArn, accountId: this.region.account.id };
  authorize(this.region.account, role, executionKeyUse(this.region, stateMachine), 'KmsAccessDeniedException');
  const execution = new Execution(this, {
    arn,
    name,
    stateMachineArn: stateMachine.arn,
    machineArn: stateMachine.arn,
    isEncrypted: stateMachine.keyArn !== undefined,
    roleArn: stateMachine.roleArn,
    graph: stateMachine.definition,
    input: text,
  });
  execution.start();
  this.trail(input, caller, execution);
  return { executionArn: arn, startDate: execution.startDate };
}

StartExecution.access = (_state: StepFunctionsState, { stateMachineArn = '*' }: StartExecutionInput): Access[] => [
  { action: 'states:StartExecution', resource: stateMachineArn },
];
