import { SimulatorError } from '../../errors';
import { isObject, type Json, type JsonObject, type ResourceDeclaration } from '../template';
import { eventResources } from './events';
import { generatedRole, statement } from './role';

/** Properties that change nothing in the simulation: the source is run as it is. */
const ACCEPTED = [
  'Architectures',
  'Description',
  'EphemeralStorage',
  'KmsKeyArn',
  'LoggingConfig',
  'PropagateTags',
  'Runtime',
  'RuntimeManagementConfig',
  'Tags',
  'Tracing',
  'VpcConfig',
];
const READ = [
  'CodeUri',
  'DeadLetterQueue',
  'Environment',
  'EventInvokeConfig',
  'Events',
  'FunctionName',
  'Handler',
  'MemorySize',
  'Policies',
  'ReservedConcurrentExecutions',
  'Role',
  'Timeout',
];

/** An AWS::Serverless::Function as the resources that SAM makes of it. */
export function functionResources(
  logicalId: string,
  resource: ResourceDeclaration,
): Record<string, ResourceDeclaration> {
  const properties = resource.Properties ?? {};
  const unknown = Object.keys(properties).find((name) => !ACCEPTED.includes(name) && !READ.includes(name));
  if (unknown)
    throw new SimulatorError(`The property ${unknown} of AWS::Serverless::Function (${logicalId}) is not simulated.`);
  const { FunctionName, Handler, CodeUri, Environment, Timeout, MemorySize, Role } = properties;
  const roleId = `${logicalId}Role`;
  const functionArn = { 'Fn::GetAtt': [logicalId, 'Arn'] };
  const resources: Record<string, ResourceDeclaration> = {
    [logicalId]: {
      ...resource,
      Type: 'AWS::Lambda::Function',
      Properties: withoutUndefined({
        FunctionName,
        Handler,
        CodeUri,
        Environment,
        Timeout,
        MemorySize,
        ReservedConcurrentExecutions: properties.ReservedConcurrentExecutions,
        Role: Role ?? { 'Fn::GetAtt': [roleId, 'Arn'] },
      }),
    },
  };
  if (!Role) {
    const managed = ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'];
    if (properties.VpcConfig) managed.push('arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole');
    if (properties.Tracing === 'Active') managed.push('arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess');
    const policies = [...[properties.Policies ?? []].flat(), ...destinationPolicies(properties)];
    resources[roleId] = generatedRole(roleId, 'lambda.amazonaws.com', policies, managed);
  }
  const invokeConfig = asynchronousInvocation(logicalId, properties);
  if (invokeConfig) resources[`${logicalId}EventInvokeConfig`] = invokeConfig;
  const target = { id: logicalId, arn: functionArn, kind: 'function' as const };
  return { ...resources, ...eventResources(target, properties.Events) };
}

/** What SAM adds to the generated role so that failed events can be handed on. */
function destinationPolicies(properties: JsonObject): JsonObject[] {
  const targets: { type: Json | undefined; arn: Json }[] = [];
  if (isObject(properties.DeadLetterQueue))
    targets.push({ type: properties.DeadLetterQueue.Type, arn: properties.DeadLetterQueue.TargetArn ?? '' });
  const { EventInvokeConfig } = properties;
  if (isObject(EventInvokeConfig) && isObject(EventInvokeConfig.DestinationConfig)) {
    for (const destination of Object.values(EventInvokeConfig.DestinationConfig)) {
      if (isObject(destination)) targets.push({ type: destination.Type, arn: destination.Destination ?? '' });
    }
  }
  return targets.map(({ type, arn }) => {
    const action = {
      SQS: 'sqs:SendMessage',
      SNS: 'sns:Publish',
      Lambda: 'lambda:InvokeFunction',
      EventBridge: 'events:PutEvents',
    }[String(type)];
    if (!action) throw new SimulatorError(`A destination of the type ${type} is not simulated.`);
    return statement([action], [arn]);
  });
}

function asynchronousInvocation(logicalId: string, properties: JsonObject): ResourceDeclaration | undefined {
  const { EventInvokeConfig, DeadLetterQueue } = properties;
  if (!isObject(EventInvokeConfig) && !isObject(DeadLetterQueue)) return undefined;
  const config = isObject(EventInvokeConfig) ? EventInvokeConfig : {};
  return {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: withoutUndefined({
      FunctionName: { Ref: logicalId },
      MaximumRetryAttempts: config.MaximumRetryAttempts,
      MaximumEventAgeInSeconds: config.MaximumEventAgeInSeconds,
      DestinationConfig: config.DestinationConfig,
      DeadLetterArn: isObject(DeadLetterQueue) ? DeadLetterQueue.TargetArn : undefined,
    }),
  };
}

function withoutUndefined(properties: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
