import { conclude, type Outcome } from '../outcome';
import { StatesError } from '../states-error';
import type { Visit } from '../visit';

/**
 * Takes the first rule that holds, with that rule's own `Output` and `Assign`; the state's own belong to `Default`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export async function runChoice(visit: Visit): Promise<Outcome> {
  for (const [index, rule] of (visit.state.Choices ?? []).entries()) {
    const field = `Choices[${index}]/Condition`;
    const holds = await visit.evaluate(field, rule.Condition);
    if (typeof holds !== 'boolean') {
      throw visit.evaluationError(`The field '${field}' must be a boolean but was: ${JSON.stringify(holds)}`, field);
    }
    if (holds) return conclude(visit, rule, visit.input, {}, `Choices[${index}]/`);
  }
  if (visit.state.Default === undefined) {
    throw new StatesError('States.NoChoiceMatched', `No choice rule of the state '${visit.name}' matches its input.`);
  }
  return conclude(visit, { ...visit.state, Next: visit.state.Default }, visit.input);
}
