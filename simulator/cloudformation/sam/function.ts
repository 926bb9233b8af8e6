import { SimulatorError } from '../../errors';
import { isObject, type Json, type JsonObject, type ResourceDeclaration } from '../template';
import { eventResources } from './events';
import { awsPolicy, generatedRole, statement } from './role';

/** Properties that change nothing in the simulation: the source is run as it is. */
const ACCEPTED = [
  'Architectures',
  'Description',
  'EphemeralStorage',
  'KmsKeyArn',
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
  'FunctionUrlConfig',
  'Handler',
  'LoggingConfig',
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
  const { FunctionName, Handler, CodeUri, Environment, Timeout, MemorySize, LoggingConfig, Role } = properties;
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
        LoggingConfig,
        ReservedConcurrentExecutions: properties.ReservedConcurrentExecutions,
        DeadLetterConfig: isObject(properties.DeadLetterQueue)
          ? { TargetArn: properties.DeadLetterQueue.TargetArn ?? '' }
          : undefined,
        Role: Role ?? { 'Fn::GetAtt': [roleId, 'Arn'] },
      }),
    },
  };
  if (!Role) {
    const managed = [awsPolicy('service-role/AWSLambdaBasicExecutionRole')];
    if (properties.VpcConfig) managed.push(awsPolicy('service-role/AWSLambdaVPCAccessExecutionRole'));
    if (properties.Tracing === 'Active') managed.push(awsPolicy('AWSXrayWriteOnlyAccess'));
    resources[roleId] = generatedRole(roleId, 'lambda.amazonaws.com', properties.Policies, managed, [
      ...deadLetterPolicy(properties),
      ...destinationPolicies(properties),
    ]);
  }
  const invokeConfig = asynchronousInvocation(logicalId, properties);
  if (invokeConfig) resources[`${logicalId}EventInvokeConfig`] = invokeConfig;
  // The transform's name for it: AWS SAM Developer Guide, "CloudFormation resources generated when you specify AWS::Serverless::Function".
  if (isObject(properties.FunctionUrlConfig))
    resources[`${logicalId}Url`] = {
      Type: 'AWS::Lambda::Url',
      Properties: { ...properties.FunctionUrlConfig, TargetFunctionArn: { Ref: logicalId } },
    };
  const target = { id: logicalId, arn: functionArn, kind: 'function' as const };
  return { ...resources, ...eventResources(target, properties.Events) };
}

const SEND_ACTIONS: Record<string, string> = {
  SQS: 'sqs:SendMessage',
  SNS: 'sns:publish',
  Lambda: 'lambda:InvokeFunction',
  EventBridge: 'events:PutEvents',
};

function deadLetterPolicy({ DeadLetterQueue }: JsonObject): JsonObject[] {
  if (!isObject(DeadLetterQueue)) return [];
  return [sendPolicy('DeadLetterQueuePolicy', DeadLetterQueue.Type, DeadLetterQueue.TargetArn ?? '')];
}

/** What SAM adds to the generated role so that failed events can be handed on. */
function destinationPolicies({ EventInvokeConfig }: JsonObject): JsonObject[] {
  if (!isObject(EventInvokeConfig) || !isObject(EventInvokeConfig.DestinationConfig)) return [];
  return Object.entries(EventInvokeConfig.DestinationConfig).flatMap(([event, destination]) =>
    isObject(destination)
      ? [sendPolicy(`EventInvokeConfig${event}Policy`, destination.Type, destination.Destination ?? '')]
      : [],
  );
}

function sendPolicy(PolicyName: string, type: Json | undefined, arn: Json): JsonObject {
  const action = SEND_ACTIONS[String(type)];
  if (!action) throw new SimulatorError(`A destination of the type ${type} is not simulated.`);
  return { PolicyName, PolicyDocument: statement([action], [arn]) };
}

function asynchronousInvocation(logicalId: string, properties: JsonObject): ResourceDeclaration | undefined {
  const { EventInvokeConfig } = properties;
  if (!isObject(EventInvokeConfig)) return undefined;
  return {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: withoutUndefined({
      FunctionName: { Ref: logicalId },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: EventInvokeConfig.MaximumRetryAttempts,
      MaximumEventAgeInSeconds: EventInvokeConfig.MaximumEventAgeInSeconds,
      DestinationConfig: EventInvokeConfig.DestinationConfig ?? {},
    }),
  };
}

function withoutUndefined(properties: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
