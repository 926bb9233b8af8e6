import type { Region } from '../../places';
import { readExpression } from '../scheduler/expression';
import { repeat } from '../scheduler/repeat';
import { Deliveries } from './delivery';
import type { AwsEvent } from './event';
import { targetInput } from './input';
import type { Bus, Rule } from './rules';

/** An event that arrived on a bus, whether or not a rule took it. */
export interface SeenEvent {
  bus: string;
  /** ISO 8601 with milliseconds: when it arrived. */
  time: string;
  event: AwsEvent;
}

/** What goes wrong with an event between its bus and the rules. `repeat: 2` makes it arrive twice more. */
export type DeliveryFault = 'lose' | { repeat: number } | { delaySeconds: number };

/** Brings the events of a region's buses, and the runs of its scheduled rules, to the targets. */
export class Dispatcher {
  readonly seen: SeenEvent[] = [];
  readonly deliveries: Deliveries;

  constructor(
    private readonly region: Region,
    private readonly faultOf: (event: AwsEvent) => DeliveryFault | undefined,
  ) {
    this.deliveries = new Deliveries(region);
  }

  /** What the fault leaves of an event arrives at the rules a moment later; EventBridge takes about half a second. */
  accept(bus: Bus, event: AwsEvent): void {
    const { clock, random } = this.region.account;
    this.note(bus.name, event);
    const fault = this.faultOf(event);
    if (fault === 'lose') return;
    const late = fault && 'delaySeconds' in fault ? fault.delaySeconds : 0;
    const copies = 1 + (fault && 'repeat' in fault ? fault.repeat : 0);
    for (let copy = 0; copy < copies; copy += 1)
      clock.after(late + random.between(0.2, 0.8), () => this.distribute(bus, event));
  }

  /** Puts the next run of a scheduled rule on the clock. */
  schedule(rule: Rule): void {
    rule.stopSchedule = undefined;
    if (!rule.scheduleExpression || rule.state === 'DISABLED') return;
    const expression = readExpression(rule.scheduleExpression, 'UTC', { oneTime: false });
    rule.stopSchedule = repeat(this.region.account.clock, expression, {}, async () => {
      const event = newEvent(this.region, {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        resources: [rule.arn],
        detail: {},
      });
      this.note(rule.busName, event);
      await this.callTargets(rule, event);
    });
  }

  private note(bus: string, event: AwsEvent): void {
    this.seen.push({ bus, time: this.region.account.clock.date.toISOString(), event });
  }

  private async distribute(bus: Bus, event: AwsEvent): Promise<void> {
    const matching = [...bus.rules.values()].filter((rule) => rule.state === 'ENABLED' && rule.matches?.(event));
    await Promise.all(matching.map((rule) => this.callTargets(rule, event)));
  }

  private async callTargets(rule: Rule, event: AwsEvent): Promise<void> {
    const { date } = this.region.account.clock;
    const calls = [...rule.targets.values()].map((target) =>
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
    );
    await Promise.all(calls);
  }
}

/** An event of this account and region, as of now. */
export function newEvent(
  region: Region,
  parts: Pick<AwsEvent, 'source' | 'detail-type' | 'resources' | 'detail'>,
): AwsEvent {
  const { account } = region;
  return {
    version: '0',
    id: account.random.uuid(),
    'detail-type': parts['detail-type'],
    source: parts.source,
    account: account.id,
    time: isoSeconds(account.clock.date),
    region: region.name,
    resources: parts.resources,
    detail: parts.detail,
  };
}

/** Events carry whole seconds. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
