/** The message is the one that EventBridge Scheduler gives for such an expression. */
export class InvalidExpressionError extends Error {
  override readonly name = 'InvalidExpressionError';
}
