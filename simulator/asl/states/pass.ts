import { conclude, type Outcome } from '../outcome';
import type { Visit } from '../visit';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html */
export function runPass(visit: Visit): Promise<Outcome> {
  return conclude(visit, visit.state, visit.input);
}
