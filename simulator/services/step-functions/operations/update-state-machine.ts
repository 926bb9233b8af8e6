import type { UpdateStateMachineInput } from '@aws-sdk/client-sfn';
import { parseDefinition } from '../../../asl/definition';
import type { Access } from '../../../service';
import { passRole } from '../access';
import { keyOf } from '../encryption';
import { isLogged, type StepFunctionsState } from '../state';

/** Executions that run already keep the definition and role that they started with. */
export function UpdateStateMachine(this: StepFunctionsState, input: UpdateStateMachineInput): { updateDate: Date } {
  const stateMachine = this.stateMachine(input.stateMachineArn);
  if (input.definition !== undefined) {
    stateMachine.definition = parseDefinition(input.definition);
    stateMachine.definitionText = input.definition;
  }
  if (input.roleArn !== undefined) stateMachine.roleArn = input.roleArn;
  if (input.encryptionConfiguration !== undefined) stateMachine.keyArn = keyOf(input.encryptionConfiguration);
  if (input.loggingConfiguration !== undefined) stateMachine.isLogged = isLogged(input);
  return { updateDate: this.region.account.clock.date };
}

UpdateStateMachine.access = (_state: StepFunctionsState, input: UpdateStateMachineInput): Access[] => [
  { action: 'states:UpdateStateMachine', resource: input.stateMachineArn ?? '*' },
  ...passRole(input.roleArn),
];
