import { EXIT, Failure } from './failure';
import type { Session } from './session';

/** Errors of the suite's own functions that say that nothing was done. */
const REFUSALS = ['InvalidInputError', 'TargetBusyError'];

/**
 * Invokes one of the stack's functions, by the output that names it; returns its answer. What the function refuses, or
 * fails with, is a Failure. `missing` says what to do when the stack has no such function.
 */
export async function invoke<Answer>(
  session: Session,
  output: string,
  payload: object,
  missing: string,
): Promise<Answer> {
  const { outputs, name } = await session.stack();
  const FunctionName = outputs[output];
  if (!FunctionName) throw new Failure(`The stack ${name} has no ${output}: ${missing}`, EXIT.aws);
  const lambda = await session.aws.client('lambda');
  const { FunctionError, Payload } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(payload) });
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}');
  if (!FunctionError) return answer;
  const { errorType = '', errorMessage = '' } = answer as { errorType?: string; errorMessage?: string };
  throw new Failure(`${errorType}: ${errorMessage}`, REFUSALS.includes(errorType) ? EXIT.usage : EXIT.aws);
}
