import type { Target } from '@aws-sdk/client-cloudwatch-events';
import { SimulatorError } from '../../errors';
import type { AwsEvent } from './event';

/** What a target is called with: the event, or what the target's Input, InputPath or InputTransformer makes of it. */
export function targetInput(target: Target, event: AwsEvent, rule: { name: string; arn: string }, now: Date): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  if (target.InputTransformer) return transform(target.InputTransformer, event, rule, now);
  return JSON.stringify(event);
}

function transform(
  { InputPathsMap = {}, InputTemplate = '' }: NonNullable<Target['InputTransformer']>,
  event: AwsEvent,
  rule: { name: string; arn: string },
  now: Date,
): string {
  const values = new Map<string, unknown>(
    Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)]),
  );
  const { detail: _, ...withoutDetail } = event;
  values.set('aws.events.rule-arn', rule.arn);
  values.set('aws.events.rule-name', rule.name);
  values.set('aws.events.event.ingestion-time', now.toISOString());
  values.set('aws.events.event', withoutDetail);
  values.set('aws.events.event.json', event);
  const variableValue = (name: string): unknown => {
    if (!values.has(name))
      throw new SimulatorError(`The input template of ${rule.arn} uses <${name}>, which is not defined.`);
    const value = values.get(name);
    // The documentation does not say what is left in the place of a variable whose path finds nothing.
    if (value === undefined)
      throw new SimulatorError(`The input template of ${rule.arn} uses <${name}>, and the event has nothing there.`);
    return value;
  };
  return fill(InputTemplate, variableValue, rule.arn);
}

/** Inside quotes a variable is text within the text; outside it is a JSON value. */
function fill(template: string, variableValue: (name: string) => unknown, ruleArn: string): string {
  let quoted = false;
  let output = '';
  for (let index = 0; index < template.length; index += 1) {
    const character = template[index] ?? '';
    const variable = character === '<' ? /^<([\w.-]+)>/.exec(template.slice(index)) : null;
    if (variable) {
      output += quoted
        ? insideQuotes(variableValue(variable[1] ?? ''))
        : JSON.stringify(variableValue(variable[1] ?? ''));
      index += variable[0].length - 1;
      continue;
    }
    if (character === '\\') {
      output += character + (template[index + 1] ?? '');
      index += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    output += character;
  }
  try {
    return JSON.stringify(JSON.parse(output));
  } catch (cause) {
    throw new SimulatorError(`The input template of ${ruleArn} does not give JSON: ${output}`, { cause });
  }
}

function insideQuotes(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

/** The value at a JSON path in dot notation, with array indices. */
function valueAt(event: AwsEvent, path: string): unknown {
  if (!/^\$(?:\.[\w-]+|\[\d+\])*$/.test(path)) throw new SimulatorError(`The JSON path ${path} is not simulated.`);
  let value: unknown = event;
  for (const [, name, index] of path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name ?? index ?? ''];
  }
  return value;
}
