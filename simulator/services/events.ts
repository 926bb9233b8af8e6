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
import type { PolicyStatement } from '../iam/policy';
import { resourcePolicies } from '../iam/resource-policies';
import { type Access, type Caller, type Rate, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { eventsAccess } from './events/access';
import { AsynchronousInvocations } from './events/asynchronous-invocation';
import { Deliveries } from './events/delivery';
import { targetInput } from './events/input';
import { compilePattern } from './events/pattern';
import { entryProblem, isTooLarge } from './events/put-events';
import { type Bus, putTargets, type Rule, targetProblem, unknownTargetMember, validation } from './events/rules';
import { page } from './page';
import { parseExpression } from './scheduler/expression';
import { repeat } from './scheduler/repeat';

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

/** An event that arrived on a bus, whether or not a rule took it. */
export interface SeenEvent {
  bus: string;
  /** ISO 8601 with milliseconds: when it arrived. */
  time: string;
  event: AwsEvent;
}

/** What goes wrong with an event between its bus and the rules. `repeat: 2` makes it arrive twice more. */
export type DeliveryFault = 'lose' | { repeat: number } | { delaySeconds: number };

const RULES_PER_BUS = 300;
const PAGE_SIZE = 100;

/** Amazon EventBridge: buses, rules and targets. What is and is not simulated: docs/simulator/events-and-deployment.md. */
export class Events extends Service {
  readonly iamPrefix = 'events';
  override readonly rates: Record<string, Rate> = { PutEvents: { burst: 10_000, perSecond: 10_000 } };
  /** Every event that was ever on a bus of this region, in the order of arrival. */
  readonly seen: SeenEvent[] = [];
  readonly deliveries = new Deliveries(this.region);
  /** Lambda's queue for the events of its functions. */
  readonly asynchronous = new AsynchronousInvocations(this.region);
  /** Decides about each event that arrives on a bus; nothing goes wrong without it. */
  deliveryFault?: (event: AwsEvent) => DeliveryFault | undefined;
  private readonly buses = new Map<string, Bus>([['default', this.newBus('default')]]);

  /** What reached a target. */
  get delivered() {
    return this.deliveries.delivered;
  }

  /** What was given up; with `deadLetterQueueArn` where a queue has it. */
  get dropped() {
    return this.deliveries.dropped;
  }

  override access(operation: string, input: object): Access[] {
    return eventsAccess(this.region, operation, input as Record<string, unknown>);
  }

  /** An AWS service's own event, onto the default bus. Returns at once; delivery happens in virtual time. */
  emit(event: { source: string; 'detail-type': string; resources: string[]; detail: unknown }): void {
    this.accept('default', this.newEvent(structuredClone(event)));
  }

  /** An event of another bus, with its id and source as they were. */
  forward(busName: string, event: AwsEvent): void {
    this.accept(this.bus(busName).name, event);
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

  DescribeEventBus(input: DescribeEventBusRequest): DescribeEventBusResponse {
    const { name, arn } = this.bus(input.Name);
    const policy = resourcePolicies(this.region.account).get(arn);
    return { Name: name, Arn: arn, ...(policy && { Policy: JSON.stringify(policy) }) };
  }

  PutPermission(input: PutPermissionRequest): void {
    const { arn } = this.bus(input.EventBusName);
    const policies = resourcePolicies(this.region.account);
    if (input.Policy !== undefined) {
      // CloudFormation puts one statement; the API takes a document.
      const document = JSON.parse(input.Policy);
      if (document.Statement) policies.set(arn, document);
      else policies.addStatement(arn, document);
      return;
    }
    const { Principal = '*', Condition } = input;
    const statement: PolicyStatement = {
      Sid: input.StatementId,
      Effect: 'Allow',
      Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
      Action: input.Action ?? 'events:PutEvents',
      Resource: arn,
    };
    if (Condition) statement.Condition = { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value ?? '' } };
    policies.addStatement(arn, statement);
  }

  RemovePermission(input: RemovePermissionRequest): void {
    const { arn } = this.bus(input.EventBusName);
    const policies = resourcePolicies(this.region.account);
    if (input.RemoveAllPermissions) policies.set(arn, { Version: '2012-10-17', Statement: [] });
    else if (!policies.removeStatement(arn, input.StatementId ?? ''))
      throw notFound('Statement', input.StatementId ?? '');
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
    if (rule.scheduleExpression) parseExpression(rule.scheduleExpression, 'UTC', { oneTime: false });
    known?.stopSchedule?.();
    bus.rules.set(name, rule);
    this.schedule(rule);
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
      const event = this.newEvent({
        source: entry.Source ?? '',
        'detail-type': entry.DetailType ?? '',
        resources: [...(entry.Resources ?? [])],
        detail: JSON.parse(entry.Detail ?? '{}'),
      });
      if (entry.Time) event.time = isoSeconds(entry.Time);
      event.account = caller.accountId;
      this.accept(bus.name, event);
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

  /** What the fault leaves of it arrives at the rules a moment later; EventBridge takes about half a second. */
  private accept(busName: string, event: AwsEvent): void {
    const { clock, random } = this.region.account;
    this.seen.push({ bus: busName, time: clock.date.toISOString(), event });
    const fault = this.deliveryFault?.(event);
    if (fault === 'lose') return;
    const late = fault && 'delaySeconds' in fault ? fault.delaySeconds : 0;
    const copies = 1 + (fault && 'repeat' in fault ? fault.repeat : 0);
    for (let copy = 0; copy < copies; copy += 1) {
      clock.after(late + random.between(0.2, 0.8), () => this.distribute(busName, event));
    }
  }

  private async distribute(busName: string, event: AwsEvent): Promise<void> {
    const matching = [...this.bus(busName).rules.values()].filter(
      (rule) => rule.state === 'ENABLED' && rule.matches?.(event),
    );
    await Promise.all(matching.map((rule) => this.callTargets(rule, event)));
  }

  private async callTargets(rule: Rule, event: AwsEvent): Promise<void> {
    const { date } = this.region.account.clock;
    await Promise.all(
      [...rule.targets.values()].map((target) =>
        this.deliveries.deliver({
          service: 'events.amazonaws.com',
          sourceArn: rule.arn,
          targetId: target.Id ?? '',
          arn: target.Arn ?? '',
          roleArn: target.RoleArn,
          input: targetInput(target, event, rule, date),
          event,
          retryPolicy: target.RetryPolicy,
          deadLetterConfig: target.DeadLetterConfig,
        }),
      ),
    );
  }

  private schedule(rule: Rule): void {
    if (!rule.scheduleExpression || rule.state === 'DISABLED') return;
    const expression = parseExpression(rule.scheduleExpression, 'UTC', { oneTime: false });
    rule.stopSchedule = repeat(this.region.account.clock, expression, {}, async () => {
      const event = this.newEvent({
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        resources: [rule.arn],
        detail: {},
      });
      this.seen.push({ bus: rule.busName, time: this.region.account.clock.date.toISOString(), event });
      await this.callTargets(rule, event);
    });
  }

  private setState(rule: Rule, state: Rule['state']): void {
    if (rule.state === state) return;
    rule.state = state;
    rule.stopSchedule?.();
    this.schedule(rule);
  }

  private newEvent(parts: Pick<AwsEvent, 'source' | 'detail-type' | 'resources' | 'detail'>): AwsEvent {
    const { account } = this.region;
    return {
      version: '0',
      id: account.random.uuid(),
      'detail-type': parts['detail-type'],
      source: parts.source,
      account: account.id,
      time: isoSeconds(account.clock.date),
      region: this.region.name,
      resources: parts.resources,
      detail: parts.detail,
    };
  }

  private newBus(name: string): Bus {
    const { region } = this;
    return {
      name,
      // Asked late: the default bus is made before its region is complete.
      get arn() {
        return region.arn('events', `event-bus/${name}`);
      },
      rules: new Map(),
    };
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

function notFound(kind: string, name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${kind} ${name} does not exist.`);
}

/** Events carry whole seconds. */
function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
