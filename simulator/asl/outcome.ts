import type { Json, JsonObject } from './payload';
import { payloadText } from './payload';
import type { Extra, Visit } from './visit';

/** How a state ends: what it hands on, where, and the variables it sets. Without `next`, the branch is over. */
export interface Outcome {
  output: Json;
  next?: string;
  assign: JsonObject;
}

interface OutputFields {
  Output?: Json;
  Assign?: JsonObject;
  Next?: string;
}

/**
 * Applies `Output` and `Assign`, of the state itself or of the Catcher or choice rule that took effect. Both read the
 * variables as they were when the state was entered.
 */
export async function conclude(
  visit: Visit,
  fields: OutputFields,
  defaultOutput: Json,
  extra: Extra = {},
  path = '',
): Promise<Outcome> {
  const output =
    fields.Output === undefined ? defaultOutput : await visit.evaluate(`${path}Output`, fields.Output, extra);
  const assign =
    fields.Assign === undefined ? {} : ((await visit.evaluate(`${path}Assign`, fields.Assign, extra)) as JsonObject);
  payloadText(output, visit.name);
  return { output, next: fields.Next, assign };
}

/** `conclude` for a state with a result: it is the default output, and the fields may read it. */
export function concludeWithResult(visit: Visit, result: Json): Promise<Outcome> {
  payloadText(result, visit.name);
  return conclude(visit, visit.state, result, { result });
}
