import { SimulatorError } from '../../errors';
import { isObject, type Json, type JsonObject, type ResourceDeclaration } from '../template';
import { generatedRole, statement } from './role';

type Resources = Record<string, ResourceDeclaration>;

/** What an event source starts. */
interface EventTarget {
  id: string;
  arn: Json;
  kind: 'function' | 'stateMachine';
}

/** What SAM's generated ids of targets end with. */
const TARGET_SUFFIX = { function: 'LambdaTarget', stateMachine: 'StepFunctionsTarget' };

const COMMON = ['Input', 'DeadLetterConfig', 'RetryPolicy', 'State', 'Description'];
const PROPERTIES: Record<string, string[]> = {
  Schedule: [...COMMON, 'Schedule', 'Enabled', 'Name', 'RoleArn'],
  EventBridgeRule: [...COMMON, 'Pattern', 'EventBusName', 'InputPath', 'InputTransformer', 'RuleName', 'Target'],
  ScheduleV2: [
    ...COMMON,
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'FlexibleTimeWindow',
    'StartDate',
    'EndDate',
    'Name',
    'OmitName',
    'GroupName',
    'RoleArn',
  ],
};

/** The rules, schedules, permissions and roles that SAM makes of a resource's Events. */
export function eventResources(target: EventTarget, events: Json | undefined): Resources {
  let resources: Resources = {};
  for (const [name, event] of Object.entries(isObject(events) ? events : {})) {
    if (!isObject(event)) throw new SimulatorError(`The event ${name} of ${target.id} cannot be read.`);
    resources = {
      ...resources,
      ...eventResource(target, name, String(event.Type), (event.Properties ?? {}) as JsonObject),
    };
  }
  return resources;
}

function eventResource(target: EventTarget, name: string, type: string, properties: JsonObject): Resources {
  const logicalId = `${target.id}${name}`;
  const supported = PROPERTIES[type === 'CloudWatchEvent' ? 'EventBridgeRule' : type];
  if (!supported) throw new SimulatorError(`The event type ${type} of ${target.id} is not simulated.`);
  const unknown = Object.keys(properties).find((property) => !supported.includes(property));
  if (unknown)
    throw new SimulatorError(`The property ${unknown} of the event ${name} of ${target.id} is not simulated.`);
  return type === 'ScheduleV2' ? schedule(target, logicalId, properties) : rule(target, logicalId, properties);
}

function rule(target: EventTarget, logicalId: string, properties: JsonObject): Resources {
  const { Schedule, Enabled, Pattern, EventBusName, State, Description } = properties;
  const roleId = `${logicalId}Role`;
  const withRole = target.kind === 'stateMachine' && properties.RoleArn === undefined;
  const state = State ?? (Enabled === undefined ? undefined : String(Enabled) === 'true' ? 'ENABLED' : 'DISABLED');
  const name = properties.RuleName ?? properties.Name;
  const resources: Resources = {
    [logicalId]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ...(name === undefined ? {} : { Name: name }),
        ...(Description === undefined ? {} : { Description }),
        ...(EventBusName === undefined ? {} : { EventBusName }),
        ...(Pattern === undefined ? {} : { EventPattern: Pattern }),
        ...(Schedule === undefined ? {} : { ScheduleExpression: Schedule }),
        ...(state === undefined ? {} : { State: state }),
        Targets: [
          {
            Id: isObject(properties.Target)
              ? (properties.Target.Id ?? '')
              : `${logicalId}${TARGET_SUFFIX[target.kind]}`,
            Arn: target.arn,
            ...pick(properties, ['Input', 'InputPath', 'InputTransformer', 'RetryPolicy']),
            ...deadLetter(properties.DeadLetterConfig),
            ...(withRole ? { RoleArn: { 'Fn::GetAtt': [roleId, 'Arn'] } } : pick(properties, ['RoleArn'])),
          },
        ],
      },
    },
  };
  if (withRole) resources[roleId] = triggerRole(target, roleId, 'events.amazonaws.com');
  if (target.kind === 'function') {
    resources[`${logicalId}Permission`] = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: target.id },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [logicalId, 'Arn'] },
      },
    };
  }
  return resources;
}

function schedule(target: EventTarget, logicalId: string, properties: JsonObject): Resources {
  const roleId = `${logicalId}Role`;
  const { DeadLetterConfig, RoleArn, OmitName, Name } = properties;
  const letter = deadLetter(DeadLetterConfig);
  // Unless told to leave it out, SAM names the schedule after its logical id.
  const name = String(OmitName) === 'true' ? undefined : (Name ?? logicalId);
  const resources: Resources = {
    [logicalId]: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ...(name === undefined ? {} : { Name: name }),
        ...pick(properties, [
          'Description',
          'EndDate',
          'GroupName',
          'ScheduleExpression',
          'ScheduleExpressionTimezone',
          'StartDate',
          'State',
        ]),
        FlexibleTimeWindow: properties.FlexibleTimeWindow ?? { Mode: 'OFF' },
        Target: {
          Arn: target.arn,
          RoleArn: RoleArn ?? { 'Fn::GetAtt': [roleId, 'Arn'] },
          ...pick(properties, ['Input', 'RetryPolicy']),
          ...letter,
        },
      },
    },
  };
  if (RoleArn === undefined) {
    const deadLetterArn = isObject(letter.DeadLetterConfig) ? letter.DeadLetterConfig.Arn : undefined;
    resources[roleId] = triggerRole(target, roleId, 'scheduler.amazonaws.com', deadLetterArn);
  }
  return resources;
}

function triggerRole(target: EventTarget, roleId: string, service: string, deadLetterArn?: Json): ResourceDeclaration {
  const action = target.kind === 'function' ? 'lambda:InvokeFunction' : 'states:StartExecution';
  const policies = [statement([action], [target.arn])];
  if (deadLetterArn !== undefined) policies.push(statement(['sqs:SendMessage'], [deadLetterArn]));
  return generatedRole(roleId, service, policies, []);
}

function deadLetter(config: Json | undefined): JsonObject {
  if (!isObject(config)) return {};
  if (config.Arn === undefined)
    throw new SimulatorError('A DeadLetterConfig without Arn, for which SAM makes a queue, is not simulated.');
  return { DeadLetterConfig: { Arn: config.Arn } };
}

function pick(properties: JsonObject, names: string[]): JsonObject {
  const picked: JsonObject = {};
  for (const name of names) {
    const value = properties[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
