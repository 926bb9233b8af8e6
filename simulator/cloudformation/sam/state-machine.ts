import { SimulatorError } from '../../errors';
import type { ResourceDeclaration } from '../template';
import { eventResources } from './events';
import { awsPolicy, generatedRole } from './role';

const ACCEPTED = ['Logging', 'PropagateTags', 'Tags', 'Tracing'];
const READ = ['DefinitionSubstitutions', 'DefinitionUri', 'Events', 'Name', 'Policies', 'Role', 'Type'];

/** An AWS::Serverless::StateMachine as the resources that SAM makes of it. */
export function stateMachineResources(
  logicalId: string,
  resource: ResourceDeclaration,
): Record<string, ResourceDeclaration> {
  const { Events, Policies, Role, Name, ...properties } = resource.Properties ?? {};
  const unknown = Object.keys(properties).find((name) => !ACCEPTED.includes(name) && !READ.includes(name));
  if (unknown)
    throw new SimulatorError(
      `The property ${unknown} of AWS::Serverless::StateMachine (${logicalId}) is not simulated.`,
    );
  const roleId = `${logicalId}Role`;
  const resources: Record<string, ResourceDeclaration> = {
    [logicalId]: {
      ...resource,
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        ...(Name === undefined ? {} : { StateMachineName: Name }),
        ...(properties.Type === undefined ? {} : { StateMachineType: properties.Type }),
        DefinitionS3Location: properties.DefinitionUri ?? '',
        DefinitionSubstitutions: properties.DefinitionSubstitutions ?? {},
        RoleArn: Role ?? { 'Fn::GetAtt': [roleId, 'Arn'] },
      },
    },
  };
  if (!Role) {
    const tracing = properties.Tracing === undefined ? [] : [awsPolicy('AWSXRayDaemonWriteAccess')];
    resources[roleId] = generatedRole(roleId, 'states.amazonaws.com', Policies, tracing);
  }
  const target = { id: logicalId, arn: { Ref: logicalId }, kind: 'stateMachine' as const };
  return { ...resources, ...eventResources(target, Events) };
}
