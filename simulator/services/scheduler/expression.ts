import { parseExpression, type ScheduleExpression } from 'schedule-expressions/expression';
import { InvalidExpressionError } from 'schedule-expressions/invalid-expression';
import { AwsError } from '../../errors';

/** Reads a schedule's expression; what is not one is refused as AWS refuses it. */
export function readExpression(text: string, timezone: string, options: { oneTime: boolean }): ScheduleExpression {
  try {
    return parseExpression(text, timezone, options);
  } catch (error) {
    if (error instanceof InvalidExpressionError) throw new AwsError('ValidationException', error.message);
    throw error;
  }
}
