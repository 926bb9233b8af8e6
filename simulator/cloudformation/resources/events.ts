import type { PutTargetsResponse } from '@aws-sdk/client-cloudwatch-events';
import { SimulatorError } from '../../errors';
import type { ResolvedResource } from '../resolve';
import { isObject, type JsonObject } from '../template';
import { compact, number, objects, type ResourceContext, type ResourceType, text } from './resource-type';

const eventBus: ResourceType = {
  properties: ['Name', 'Description', 'Tags', 'KmsKeyIdentifier'],
  async create(context, properties) {
    const Name = String(properties.Name);
    await context.call(context.region.events, 'CreateEventBus', { Name });
    return { physicalId: Name, attributes: { Name, Arn: context.region.arn('events', `event-bus/${Name}`) } };
  },
  remove: ({ region }, { physicalId }) => region.events.removeBus(physicalId),
};

const eventBusPolicy: ResourceType = {
  properties: ['EventBusName', 'StatementId', 'Statement', 'Action', 'Principal', 'Condition'],
  async create(context, properties) {
    const { EventBusName, StatementId, Statement, Action, Principal, Condition } = properties;
    const statement = isObject(Statement) ? { Sid: StatementId, ...Statement } : undefined;
    await context.call(
      context.region.events,
      'PutPermission',
      compact({
        EventBusName: text(EventBusName),
        StatementId: text(StatementId),
        Action: text(Action),
        Principal: text(Principal),
        Condition,
        Policy: statement ? JSON.stringify(statement) : undefined,
      }),
    );
    return { physicalId: context.name(undefined, 100), attributes: {} };
  },
  remove: (context, { properties: { EventBusName, StatementId } }) =>
    context.call(
      context.region.events,
      'RemovePermission',
      compact({ EventBusName: text(EventBusName), StatementId: text(StatementId) }),
    ),
};

const rule: ResourceType = {
  properties: [
    'Name',
    'Description',
    'EventBusName',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'RoleArn',
    'Targets',
  ],
  create: (context, properties) => putRule(context, context.name(properties.Name, 64), properties),
  async remove(context, { attributes: { Name }, properties }) {
    const { events } = context.region;
    const EventBusName = text(properties.EventBusName);
    const Ids = objects(properties.Targets).map(({ Id }) => String(Id));
    if (Ids.length > 0) await context.call(events, 'RemoveTargets', compact({ Rule: Name, EventBusName, Ids }));
    await context.call(events, 'DeleteRule', compact({ Name, EventBusName }));
  },
  update: (context, properties, existing) => putRule(context, existing.attributes.Name ?? '', properties),
};

const schedule: ResourceType = {
  properties: [
    'Name',
    'Description',
    'GroupName',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'State',
    'StartDate',
    'EndDate',
    'FlexibleTimeWindow',
    'KmsKeyArn',
    'Target',
  ],
  create: (context, properties) =>
    putSchedule(context, 'CreateSchedule', context.name(properties.Name, 64), properties),
  remove: (context, { physicalId: Name }) => context.call(context.region.scheduler, 'DeleteSchedule', { Name }),
  update: (context, properties, existing) => putSchedule(context, 'UpdateSchedule', existing.physicalId, properties),
};

/** The types of Amazon EventBridge and EventBridge Scheduler. */
export const eventsTypes: Record<string, ResourceType> = {
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::EventBusPolicy': eventBusPolicy,
  'AWS::Events::Rule': rule,
  'AWS::Scheduler::Schedule': schedule,
};

async function putRule(context: ResourceContext, Name: string, properties: JsonObject): Promise<ResolvedResource> {
  const { events } = context.region;
  const EventBusName = text(properties.EventBusName);
  const { RuleArn } = await context.call<{ RuleArn: string }>(
    events,
    'PutRule',
    compact({
      Name,
      EventBusName,
      Description: text(properties.Description),
      EventPattern: properties.EventPattern === undefined ? undefined : JSON.stringify(properties.EventPattern),
      ScheduleExpression: text(properties.ScheduleExpression),
      State: text(properties.State),
      RoleArn: text(properties.RoleArn),
    }),
  );
  const Targets = objects(properties.Targets).map((target) => compact({ ...target, RetryPolicy: retryPolicy(target) }));
  if (Targets.length > 0) {
    const answer = await context.call<PutTargetsResponse>(
      events,
      'PutTargets',
      compact({ Rule: Name, EventBusName, Targets }),
    );
    const refused = answer.FailedEntries?.[0];
    if (refused)
      throw new SimulatorError(`The target ${refused.TargetId} of ${context.logicalId}: ${refused.ErrorMessage}`);
  }
  const onOtherBus = EventBusName !== undefined && EventBusName !== 'default';
  return { physicalId: onOtherBus ? `${EventBusName}|${Name}` : Name, attributes: { Arn: RuleArn, Name } };
}

async function putSchedule(
  context: ResourceContext,
  operation: 'CreateSchedule' | 'UpdateSchedule',
  Name: string,
  properties: JsonObject,
): Promise<ResolvedResource> {
  const { Target, StartDate, EndDate, Name: _given, ...others } = properties;
  if (!isObject(Target)) throw new SimulatorError(`${context.logicalId} needs a Target.`);
  const { ScheduleArn } = await context.call<{ ScheduleArn: string }>(
    context.region.scheduler,
    operation,
    compact({
      ...others,
      Name,
      StartDate: StartDate === undefined ? undefined : new Date(String(StartDate)),
      EndDate: EndDate === undefined ? undefined : new Date(String(EndDate)),
      Target: compact({ ...Target, RetryPolicy: retryPolicy(Target) }),
    }),
  );
  return { physicalId: Name, attributes: { Arn: ScheduleArn } };
}

function retryPolicy({ RetryPolicy }: JsonObject): object | undefined {
  if (!isObject(RetryPolicy)) return undefined;
  return compact({
    MaximumRetryAttempts: number(RetryPolicy.MaximumRetryAttempts),
    MaximumEventAgeInSeconds: number(RetryPolicy.MaximumEventAgeInSeconds),
  });
}
