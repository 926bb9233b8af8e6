import type { TestEventPatternRequest, TestEventPatternResponse } from '@aws-sdk/client-cloudwatch-events';
import { compilePattern } from '../pattern';
import { validation } from '../rules';
import type { EventsState } from '../state';

/** The page names `resources` too; recordings have answers to events without it. */
const REQUIRED = ['id', 'detail-type', 'source', 'account', 'time', 'region'];

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export function TestEventPattern(this: EventsState, input: TestEventPatternRequest): TestEventPatternResponse {
  const event = eventOf(input.Event ?? '');
  if (!event || REQUIRED.some((member) => !(member in event))) throw validation('Parameter Event is not valid.');
  return { Result: compilePattern(input.EventPattern ?? '')(event) };
}

function eventOf(text: string): object | undefined {
  try {
    const event: unknown = JSON.parse(text);
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}
