import type {
  CreateEventBusRequest,
  CreateEventBusResponse,
  DeleteRuleRequest,
  DescribeEventBusRequest,
  DescribeEventBusResponse,
  DescribeRuleRequest,
  DescribeRuleResponse,
  Rule as ListedRule,
  ListRulesRequest,
  ListRulesResponse,
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutEventsRequest,
  PutEventsResponse,
  PutPermissionRequest,
  PutRuleRequest,
  PutRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemovePermissionRequest,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  TestEventPatternRequest,
  TestEventPatternResponse,
} from '@aws-sdk/client-cloudwatch-events';
import { AwsError, SimulatorError } from '../errors';
import { isAllowed } from '../iam/authorize';
import { resourcePolicies } from '../iam/resource-policies';
import { type Access, type Caller, type Rate, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { eventsAccess } from './events/access';
import { AsynchronousInvocations } from './events/asynchronous-invocation';
import { putPermission, removePermission } from './events/bus-policy';
import { type DeliveryFault, Dispatcher, isoSeconds, newEvent } from './events/dispatcher';
import { compilePattern } from './events/pattern';
import { entryProblem, isTooLarge } from './events/put-events';
import {
  type Bus,
  notFound,
  putTargets,
  type Rule,
  targetProblem,
  unknownTargetMember,
  validation,
} from './events/rules';
import { page } from './page';
import { readExpression } from './scheduler/expression';

/** An event as its targets receive it. */
export interface AwsEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

const RULES_PER_BUS = 300;
const PAGE_SIZE = 100;

declare module '../places' {
  interface Region {
    readonly events: Events;
  }
}

/** Amazon EventBridge: buses, rules and targets. What is and is not simulated: simulator/docs/events-and-deployment.md. */
export class Events extends Service {
  readonly iamPrefix = 'events';
  override readonly rates: Record<string, Rate> = { PutEvents: { burst: 10_000, perSecond: 10_000 } };
  /** Lambda's queue for the events of its functions. */
  readonly asynchronous = new AsynchronousInvocations(this.region);
  /** Decides about each event that arrives on a bus; nothing goes wrong without it. */
  deliveryFault?: (event: AwsEvent) => DeliveryFault | undefined;
  private readonly dispatcher = new Dispatcher(this.region, (event) => this.deliveryFault?.(event));
  private readonly buses = new Map<string, Bus>([['default', this.newBus('default')]]);

  /** Every event that was ever on a bus of this region, in the order of arrival. */
  get seen() {
    return this.dispatcher.seen;
  }

  /** What reached a target. */
  get delivered() {
    return this.dispatcher.deliveries.delivered;
  }

  /** What was given up; with `deadLetterQueueArn` where a queue has it. */
  get dropped() {
    return this.dispatcher.deliveries.dropped;
  }

  override access(operation: string, input: object): Access[] {
    return eventsAccess(this.region, operation, input as Record<string, unknown>);
  }

  /** An AWS service's own event, onto the default bus. Returns at once; delivery happens in virtual time. */
  emit(event: { source: string; 'detail-type': string; resources: string[]; detail: unknown }): void {
    this.dispatcher.accept(this.bus(), newEvent(this.region, structuredClone(event)));
  }

  /** An event of another bus, with its id and source as they were. */
  forward(busName: string, event: AwsEvent): void {
    this.dispatcher.accept(this.bus(busName), event);
  }

  CreateEventBus(input: CreateEventBusRequest): CreateEventBusResponse {
    requireSupported('events:CreateEventBus', input, ['Name', 'Tags']);
    const name = input.Name ?? '';
    if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(name)) throw validation(`Event bus name ${name} is not valid.`);
    if (this.buses.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    const bus = this.newBus(name);
    this.buses.set(name, bus);
    return { EventBusArn: bus.arn };
  }

  /** Deletes a bus without rules, as CloudFormation does. */
  removeBus(name: string): void {
    const { arn, rules } = this.bus(name);
    if (rules.size > 0) throw validation(`Event bus ${name} can't be deleted since it has rules.`);
    resourcePolicies(this.region.account).delete(arn);
    this.buses.delete(name);
  }

  DescribeEventBus(input: DescribeEventBusRequest): DescribeEventBusResponse {
    const { name, arn } = this.bus(input.Name);
    const policy = resourcePolicies(this.region.account).get(arn);
    return { Name: name, Arn: arn, ...(policy && { Policy: JSON.stringify(policy) }) };
  }

  PutPermission(input: PutPermissionRequest): void {
    putPermission(resourcePolicies(this.region.account), this.bus(input.EventBusName).arn, input);
  }

  RemovePermission(input: RemovePermissionRequest): void {
    removePermission(resourcePolicies(this.region.account), this.bus(input.EventBusName).arn, input);
  }

  PutRule(input: PutRuleRequest): PutRuleResponse {
    requireSupported('events:PutRule', input, [
      'Name',
      'Description',
      'EventBusName',
      'EventPattern',
      'RoleArn',
      'ScheduleExpression',
      'State',
      'Tags',
    ]);
    const bus = this.bus(input.EventBusName);
    const name = input.Name ?? '';
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) throw validation(`Rule name ${name} is not valid.`);
    if (!input.EventPattern && !input.ScheduleExpression)
      throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    if (input.ScheduleExpression && bus.name !== 'default')
      throw validation('ScheduleExpression is supported only on the default event bus.');
    if (!bus.rules.has(name) && bus.rules.size >= RULES_PER_BUS)
      throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    const known = bus.rules.get(name);
    const path = bus.name === 'default' ? name : `${bus.name}/${name}`;
    const rule: Rule = {
      name,
      arn: this.region.arn('events', `rule/${path}`),
      busName: bus.name,
      state: input.State === 'DISABLED' ? 'DISABLED' : 'ENABLED',
      targets: known?.targets ?? new Map(),
      description: input.Description,
      roleArn: input.RoleArn,
      eventPattern: input.EventPattern,
      matches: input.EventPattern ? compilePattern(input.EventPattern) : undefined,
      scheduleExpression: input.ScheduleExpression,
    };
    if (rule.scheduleExpression) readExpression(rule.scheduleExpression, 'UTC', { oneTime: false });
    known?.stopSchedule?.();
    bus.rules.set(name, rule);
    this.dispatcher.schedule(rule);
    return { RuleArn: rule.arn };
  }

  PutTargets(input: PutTargetsRequest): PutTargetsResponse {
    const rule = this.rule(input.EventBusName, input.Rule);
    for (const target of input.Targets ?? []) {
      const unknown = unknownTargetMember(target);
      if (unknown) throw new SimulatorError(`events:PutTargets: ${unknown} of a target is not simulated.`);
      const problem = targetProblem(target);
      if (problem) throw problem;
    }
    putTargets(rule, structuredClone(input.Targets ?? []));
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  RemoveTargets(input: RemoveTargetsRequest): RemoveTargetsResponse {
    const rule = this.rule(input.EventBusName, input.Rule);
    const missing = (input.Ids ?? []).filter((id) => !rule.targets.delete(id));
    const FailedEntries = missing.map((TargetId) => ({
      TargetId,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Rule ${rule.name} does not have any targets with id ${TargetId}.`,
    }));
    return { FailedEntryCount: FailedEntries.length, FailedEntries };
  }

  DeleteRule(input: DeleteRuleRequest): void {
    const rule = this.bus(input.EventBusName).rules.get(input.Name ?? '');
    if (!rule) return;
    if (rule.targets.size > 0) throw validation("Rule can't be deleted since it has targets.");
    rule.stopSchedule?.();
    this.bus(input.EventBusName).rules.delete(rule.name);
  }

  DescribeRule(input: DescribeRuleRequest): DescribeRuleResponse {
    return this.describe(this.rule(input.EventBusName, input.Name));
  }

  ListRules(input: ListRulesRequest): ListRulesResponse {
    const rules = [...this.bus(input.EventBusName).rules.values()]
      .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, nextToken } = page(rules, input.Limit ?? PAGE_SIZE, input.NextToken);
    return { Rules: items.map((rule) => this.describe(rule)), ...(nextToken && { NextToken: nextToken }) };
  }

  ListTargetsByRule(input: ListTargetsByRuleRequest): ListTargetsByRuleResponse {
    const targets = [...this.rule(input.EventBusName, input.Rule).targets.values()];
    const { items, nextToken } = page(targets, input.Limit ?? PAGE_SIZE, input.NextToken);
    return { Targets: structuredClone(items), ...(nextToken && { NextToken: nextToken }) };
  }

  EnableRule(input: { Name?: string; EventBusName?: string }): void {
    this.setState(this.rule(input.EventBusName, input.Name), 'ENABLED');
  }

  DisableRule(input: { Name?: string; EventBusName?: string }): void {
    this.setState(this.rule(input.EventBusName, input.Name), 'DISABLED');
  }

  PutEvents(input: PutEventsRequest, caller: Caller = this.region.account.root): PutEventsResponse {
    requireSupported('events:PutEvents', input, ['Entries']);
    const entries = input.Entries ?? [];
    if (entries.length < 1 || entries.length > 10)
      throw validation(
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10`,
      );
    if (isTooLarge(entries)) throw validation('Total size of the entries in the request is over the limit.');
    const Entries = entries.map((entry) => {
      const problem = entryProblem(entry);
      if (problem) return problem;
      const bus = this.bus(entry.EventBusName);
      const context = { 'events:source': entry.Source ?? '', 'events:detail-type': entry.DetailType ?? '' };
      const access = { action: 'events:PutEvents', resource: bus.arn, context };
      if (caller.accountId !== this.region.account.id && !isAllowed(this.region.account, caller, access))
        return { ErrorCode: 'AccessDeniedException', ErrorMessage: `Not authorized to put events on ${bus.arn}.` };
      const event = newEvent(this.region, {
        source: entry.Source ?? '',
        'detail-type': entry.DetailType ?? '',
        resources: [...(entry.Resources ?? [])],
        detail: JSON.parse(entry.Detail ?? '{}'),
      });
      if (entry.Time) event.time = isoSeconds(entry.Time);
      event.account = caller.accountId;
      this.dispatcher.accept(bus, event);
      return { EventId: event.id };
    });
    return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
  }

  TestEventPattern(input: TestEventPatternRequest): TestEventPatternResponse {
    const event = JSON.parse(input.Event ?? '{}') as object;
    const required = ['id', 'detail-type', 'source', 'account', 'time', 'region', 'resources'];
    const missing = required.find((member) => !(member in event));
    if (missing) throw validation(`Event is not valid. Reason: ${missing} is a required member.`);
    return { Result: compilePattern(input.EventPattern ?? '')(event) };
  }

  private setState(rule: Rule, state: Rule['state']): void {
    if (rule.state === state) return;
    rule.state = state;
    rule.stopSchedule?.();
    this.dispatcher.schedule(rule);
  }

  private newBus(name: string): Bus {
    return { name, arn: this.region.arn('events', `event-bus/${name}`), rules: new Map() };
  }

  /** A bus by name or ARN. */
  private bus(nameOrArn = 'default'): Bus {
    const name = nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
    const bus = this.buses.get(name);
    if (!bus) throw notFound('Event bus', name);
    return bus;
  }

  private rule(busName: string | undefined, name = ''): Rule {
    const bus = this.bus(busName);
    const rule = bus.rules.get(name);
    if (!rule) throw notFound('Rule', `${name} on EventBus ${bus.name}`);
    return rule;
  }

  private describe(rule: Rule): ListedRule & DescribeRuleResponse {
    const description: ListedRule = {
      Name: rule.name,
      Arn: rule.arn,
      State: rule.state,
      EventBusName: rule.busName,
    };
    if (rule.description !== undefined) description.Description = rule.description;
    if (rule.roleArn !== undefined) description.RoleArn = rule.roleArn;
    if (rule.eventPattern !== undefined) description.EventPattern = rule.eventPattern;
    if (rule.scheduleExpression !== undefined) description.ScheduleExpression = rule.scheduleExpression;
    return description;
  }
}
