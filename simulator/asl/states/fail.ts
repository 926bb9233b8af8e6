import type { Outcome } from '../outcome';
import type { Json } from '../payload';
import { StatesError } from '../states-error';
import type { Visit } from '../visit';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html */
export async function runFail(visit: Visit): Promise<Outcome> {
  const error = await evaluateText(visit, 'Error', visit.state.Error);
  const cause = await evaluateText(visit, 'Cause', visit.state.Cause);
  throw new StatesError(error, cause);
}

async function evaluateText(visit: Visit, field: string, template: Json | undefined): Promise<string | undefined> {
  if (template === undefined) return undefined;
  const value = await visit.evaluate(field, template);
  if (typeof value === 'string') return value;
  throw visit.evaluationError(`The field '${field}' must be a string but was: ${JSON.stringify(value)}`, field);
}
