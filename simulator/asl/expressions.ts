import jsonata from 'jsonata';
import type { Json } from './payload';

/** Why an expression has no value; `field` is where in the state it stands, e.g. `Arguments/Payload/id`. */
export class ExpressionFailure extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

const compiled = new Map<string, jsonata.Expression>();

/** A string is JSONata if `{% %}` encloses all of it. */
export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}');
}

/** Parses an expression, once: parsing costs far more than evaluating. Throws jsonata's syntax error. */
export function compile(expression: string): jsonata.Expression {
  let parsed = compiled.get(expression);
  if (!parsed) {
    parsed = jsonata(expression.slice(2, -2).trim());
    compiled.set(expression, parsed);
  }
  return parsed;
}

/**
 * Evaluates every expression in a template; what is not an expression stays as it is. Throws ExpressionFailure when an
 * expression fails, or has no value: JSON cannot represent undefined.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export async function evaluateTemplate(
  template: Json,
  field: string,
  bindings: Record<string, unknown>,
): Promise<Json> {
  if (isExpression(template)) return evaluateExpression(template, field, bindings);
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await evaluateTemplate(item, `${field}[${index}]`, bindings));
    }
    return items;
  }
  const object: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(template)) {
    object[key] = await evaluateTemplate(value, `${field}/${key}`, bindings);
  }
  return object;
}

async function evaluateExpression(expression: string, field: string, bindings: Record<string, unknown>): Promise<Json> {
  const sentence = `The JSONata expression '${expression.slice(2, -2).trim()}' specified for the field '${field}'`;
  let value: unknown;
  try {
    value = await compile(expression).evaluate(undefined, bindings);
  } catch (error) {
    const { code, message } = error as jsonata.JsonataError;
    throw new ExpressionFailure(field, `${sentence} threw an error during evaluation. ${code ?? 'Error'}: ${message}`);
  }
  // Recorded on AWS: a function is no result.
  if (isFunction(value)) throw new ExpressionFailure(field, `${sentence} returned an unsupported result type.`);
  // Through JSON: jsonata's arrays carry hidden properties, and results share structure with variables.
  const text = JSON.stringify(value);
  if (text === undefined) throw new ExpressionFailure(field, `${sentence} returned nothing (undefined).`);
  return JSON.parse(text);
}

/** One of JSONata's own functions, or one that the expression defines. */
function isFunction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'function';
  return '_jsonata_lambda' in value || '_jsonata_function' in value;
}
