import type { TestEventPatternRequest, TestEventPatternResponse } from '@aws-sdk/client-cloudwatch-events';
import { compilePattern } from '../pattern';
import { validation } from '../rules';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export function TestEventPattern(this: EventsState, input: TestEventPatternRequest): TestEventPatternResponse {
  const event = JSON.parse(input.Event ?? '{}') as object;
  const required = ['id', 'detail-type', 'source', 'account', 'time', 'region', 'resources'];
  const missing = required.find((member) => !(member in event));
  if (missing) throw validation(`Event is not valid. Reason: ${missing} is a required member.`);
  return { Result: compilePattern(input.EventPattern ?? '')(event) };
}
