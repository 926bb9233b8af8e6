import type { CreateStateMachineInput } from '@aws-sdk/client-sfn';
import { parseDefinition } from '../../../asl/definition';
import { AwsError, SimulatorError } from '../../../errors';
import type { Access } from '../../../service';
import { passRole } from '../access';
import { keyOf } from '../encryption';
import { checkName, checkVersion, isLogged, type StepFunctionsState } from '../state';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export function CreateStateMachine(
  this: StepFunctionsState,
  input: CreateStateMachineInput,
): { stateMachineArn: string; creationDate: Date } {
  const { name = '', definition = '', roleArn = '' } = input;
  if (input.type === 'EXPRESS') throw new SimulatorError('Express state machines are not simulated.');
  checkName(name);
  checkVersion(input);
  const arn = this.region.arn('states', `stateMachine:${name}`);
  const existing = this.stateMachines.get(arn);
  if (existing) {
    // Idempotent for the same definition; another role is ignored.
    if (existing.definitionText !== definition) {
      throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    return { stateMachineArn: arn, creationDate: existing.creationDate };
  }
  const creationDate = this.region.account.clock.date;
  this.stateMachines.set(arn, {
    ...{ arn, name, roleArn, definitionText: definition, creationDate },
    definition: parseDefinition(definition),
    keyArn: keyOf(input.encryptionConfiguration),
    isLogged: isLogged(input),
  });
  return { stateMachineArn: arn, creationDate };
}

CreateStateMachine.access = (state: StepFunctionsState, input: CreateStateMachineInput): Access[] => [
  { action: 'states:CreateStateMachine', resource: state.region.arn('states', `stateMachine:${input.name}`) },
  ...passRole(input.roleArn),
];
