import type { UpdateStateMachineInput } from '@aws-sdk/client-sfn';
import { parseDefinition } from '../../../asl/definition';
import { AwsError } from '../../../errors';
import type { Access } from '../../../service';
import { passRole } from '../access';
import { keyOf } from '../encryption';
import { checkVersion, isLogged, type StepFunctionsState } from '../state';

/** Executions that run already keep the definition and role that they started with. */
export function UpdateStateMachine(this: StepFunctionsState, input: UpdateStateMachineInput): { updateDate: Date } {
  const stateMachine = this.stateMachine(input.stateMachineArn);
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
  const changes = [definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration];
  if (changes.every((change) => change === undefined))
    throw new AwsError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  checkVersion(input);
  if (definition !== undefined) {
    stateMachine.definition = parseDefinition(definition);
    stateMachine.definitionText = definition;
  }
  if (roleArn !== undefined) stateMachine.roleArn = roleArn;
  if (encryptionConfiguration !== undefined) stateMachine.keyArn = keyOf(encryptionConfiguration);
  if (loggingConfiguration !== undefined) stateMachine.isLogged = isLogged(input);
  return { updateDate: this.region.account.clock.date };
}

UpdateStateMachine.access = (_state: StepFunctionsState, input: UpdateStateMachineInput): Access[] => [
  { action: 'states:UpdateStateMachine', resource: input.stateMachineArn ?? '*' },
  ...passRole(input.roleArn),
];
