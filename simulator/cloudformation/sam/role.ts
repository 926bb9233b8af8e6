import { SimulatorError } from '../../errors';
import { intrinsicOf, isObject, type Json, type JsonObject, type ResourceDeclaration } from '../template';

/** The SAM policy templates that are simple enough to be read here, by name. */
const POLICY_TEMPLATES: Record<string, (parameters: JsonObject) => JsonObject> = {
  DynamoDBCrudPolicy: ({ TableName }) =>
    allow(
      [
        'GetItem',
        'DeleteItem',
        'PutItem',
        'Scan',
        'Query',
        'UpdateItem',
        'BatchWriteItem',
        'BatchGetItem',
        'DescribeTable',
        'ConditionCheckItem',
      ],
      'dynamodb',
      [tableArn(TableName), tableArn(TableName, '/index/*')],
    ),
  DynamoDBReadPolicy: ({ TableName }) =>
    allow(['GetItem', 'Scan', 'Query', 'BatchGetItem', 'DescribeTable'], 'dynamodb', [
      tableArn(TableName),
      tableArn(TableName, '/index/*'),
    ]),
  SNSPublishMessagePolicy: ({ TopicName }) => allow(['Publish'], 'sns', [arn('sns', '', TopicName)]),
  SQSSendMessagePolicy: ({ QueueName }) => allow(['SendMessage*'], 'sqs', [arn('sqs', '', QueueName)]),
  LambdaInvokePolicy: ({ FunctionName }) =>
    allow(['InvokeFunction'], 'lambda', [arn('lambda', 'function:', FunctionName, '*')]),
  StepFunctionsExecutionPolicy: ({ StateMachineName }) =>
    allow(['StartExecution'], 'states', [arn('states', 'stateMachine:', StateMachineName)]),
};

/** The ARN of a policy of AWS's own, in the stack's partition. */
export function awsPolicy(name: string): Json {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${name}` };
}

/** The role that SAM generates for a function, a state machine or a trigger. */
export function generatedRole(
  logicalId: string,
  service: string,
  policies: Json | undefined,
  managedPolicyArns: Json[],
  /** What SAM adds of its own, with the names that it gives: these stand first. */
  added: JsonObject[] = [],
): ResourceDeclaration {
  const inline: JsonObject[] = [...added];
  const managed: Json[] = [...managedPolicyArns];
  for (const [index, policy] of (policies === undefined ? [] : [policies].flat()).entries()) {
    if (typeof policy === 'string') managed.push(policy.startsWith('arn:') ? policy : awsPolicy(policy));
    else if (intrinsicOf(policy)) managed.push(policy);
    // SAM counts all entries of the list.
    else inline.push({ PolicyName: `${logicalId}Policy${index}`, PolicyDocument: policyDocument(logicalId, policy) });
  }
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust(service),
      ManagedPolicyArns: managed,
      ...(inline.length > 0 && { Policies: inline }),
    },
  };
}

/** A policy document with one statement. */
export function statement(actions: string[], resources: Json[]): JsonObject {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: resources }] };
}

function policyDocument(logicalId: string, policy: Json): JsonObject {
  if (isObject(policy)) {
    if (policy.Statement !== undefined) return policy;
    const [name = '', parameters] = Object.entries(policy)[0] ?? [];
    const template = POLICY_TEMPLATES[name];
    if (template && isObject(parameters)) return template(parameters);
    throw new SimulatorError(`The SAM policy template ${name} of ${logicalId} is not simulated.`);
  }
  throw new SimulatorError(`A policy of ${logicalId} cannot be read.`);
}

function trust(service: string): JsonObject {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: [service] }, Action: ['sts:AssumeRole'] }],
  };
}

function allow(operations: string[], service: string, resources: Json[]): JsonObject {
  return statement(
    operations.map((operation) => `${service}:${operation}`),
    resources,
  );
}

function arn(service: string, prefix: string, name: Json | undefined, suffix = ''): Json {
  const start = `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${prefix}`;
  return { 'Fn::Sub': [`${start}\${name}${suffix}`, { name: name ?? '' }] };
}

function tableArn(name: Json | undefined, suffix = ''): Json {
  return arn('dynamodb', 'table/', name, suffix);
}
