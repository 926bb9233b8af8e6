import type { DescribeRuleResponse, Rule as ListedRule } from '@aws-sdk/client-cloudwatch-events';
import { resourcePolicies } from '../../iam/resource-policies';
import { type Access, type Rate, Service } from '../../service';
import { ruleOrBusAccess } from './access';
import { AsynchronousInvocations } from './asynchronous-invocation';
import { type DeliveryFault, Dispatcher, newEvent } from './dispatcher';
import type { AwsEvent } from './event';
import { type Bus, notFound, type Rule, validation } from './rules';

export const PAGE_SIZE = 100;

/** What the operations of Events share: its state in one region, and what is looked up in it. */
export class EventsState extends Service {
  readonly iamPrefix = 'events';
  override readonly rates: Record<string, Rate> = { PutEvents: { burst: 10_000, perSecond: 10_000 } };
  /** Lambda's queue for the events of its functions. */
  readonly asynchronous = new AsynchronousInvocations(this.region);
  /** Decides about each event that arrives on a bus; nothing goes wrong without it. */
  deliveryFault?: (event: AwsEvent) => DeliveryFault | undefined;
  readonly dispatcher = new Dispatcher(this.region, (event) => this.deliveryFault?.(event));
  readonly buses = new Map<string, Bus>([['default', this.newBus('default')]]);

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

  override usualAccess(operation: string, input: object): Access[] {
    return ruleOrBusAccess(this.region, operation, input);
  }

  /** An AWS service's own event, onto the default bus. Returns at once; delivery happens in virtual time. */
  emit(event: { source: string; 'detail-type': string; resources: string[]; detail: unknown }): void {
    this.dispatcher.accept(this.bus(), newEvent(this.region, structuredClone(event)));
  }

  /** An event of another bus, with its id and source as they were. */
  forward(busName: string, event: AwsEvent): void {
    this.dispatcher.accept(this.bus(busName), event);
  }

  /** Deletes a bus without rules, as CloudFormation does. */
  removeBus(name: string): void {
    const { arn, rules } = this.bus(name);
    if (rules.size > 0) throw validation(`Event bus ${name} can't be deleted since it has rules.`);
    resourcePolicies(this.region.account).delete(arn);
    this.buses.delete(name);
  }

  setState(rule: Rule, state: Rule['state']): void {
    if (rule.state === state) return;
    rule.state = state;
    rule.stopSchedule?.();
    this.dispatcher.schedule(rule);
  }

  newBus(name: string): Bus {
    return { name, arn: this.region.arn('events', `event-bus/${name}`), rules: new Map() };
  }

  /** A bus by name or ARN. */
  bus(nameOrArn = 'default'): Bus {
    const name = nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
    const bus = this.buses.get(name);
    if (!bus) throw notFound('Event bus', name);
    return bus;
  }

  rule(busName: string | undefined, name = ''): Rule {
    const bus = this.bus(busName);
    const rule = bus.rules.get(name);
    if (!rule) throw notFound('Rule', name, ` on EventBus ${bus.name}`);
    return rule;
  }

  describe(rule: Rule): ListedRule & DescribeRuleResponse {
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
