import type { PutRuleRequest, PutRuleResponse } from '@aws-sdk/client-cloudwatch-events';
import { AwsError } from '../../../errors';
import { requireSupported } from '../../../supported-parameters';
import { readExpression } from '../../scheduler/expression';
import { compilePattern } from '../pattern';
import { type Rule, validation } from '../rules';
import type { EventsState } from '../state';

const RULES_PER_BUS = 300;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export function PutRule(this: EventsState, input: PutRuleRequest): PutRuleResponse {
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
  if (rule.scheduleExpression) checkSchedule(rule.scheduleExpression);
  known?.stopSchedule?.();
  bus.rules.set(name, rule);
  this.dispatcher.schedule(rule);
  return { RuleArn: rule.arn };
}

function checkSchedule(expression: string): void {
  try {
    readExpression(expression, 'UTC', { oneTime: false });
  } catch (error) {
    // EventBridge Scheduler repeats the expression, EventBridge does not.
    throw error instanceof AwsError ? validation('Parameter ScheduleExpression is not valid.') : error;
  }
}
