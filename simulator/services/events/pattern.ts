import { AwsError, SimulatorError } from '../../errors';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Whether one leaf of an event passes; `undefined` stands for a field that is not there. */
type Test = (value: string | number | boolean | null | undefined) => boolean;

/** A pattern that is ready to be asked many times. */
export type EventMatcher = (event: object) => boolean;

/**
 * Compiles an event pattern. Throws InvalidEventPatternException for what EventBridge would refuse.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compilePattern(text: string): EventMatcher {
  let pattern: Json;
  try {
    pattern = JSON.parse(text) as Json;
  } catch {
    throw invalid('Filter is not valid JSON');
  }
  if (!isObject(pattern)) throw invalid('Filter is not an object');
  if (Object.keys(pattern).length === 0) throw invalid('Empty event pattern is not allowed');
  const matches = compileObject(pattern);
  return (event) => matches(event as JsonObject);
}

type NodeTest = (value: Json | undefined) => boolean;

function compileObject(pattern: JsonObject): NodeTest {
  const tests = Object.entries(pattern).map(([key, wanted]): NodeTest => {
    if (key === '$or' && Array.isArray(wanted) && wanted.length > 1 && wanted.every(isObject)) {
      const alternatives = wanted.map(compileObject);
      return (value) => alternatives.some((alternative) => alternative(value));
    }
    const test = isObject(wanted) ? compileSubPattern(wanted) : compileLeaf(wanted);
    return (value) => test(isObject(value) ? value[key] : undefined);
  });
  // Every key of a pattern must match within the same element of an array of objects.
  return (value) => {
    if (Array.isArray(value)) return value.some((element) => tests.every((test) => test(element)));
    return tests.every((test) => test(value));
  };
}

function compileSubPattern(pattern: JsonObject): NodeTest {
  if (Object.keys(pattern).length === 0) throw invalid('Empty objects are not allowed');
  return compileObject(pattern);
}

function compileLeaf(wanted: Json): NodeTest {
  if (!Array.isArray(wanted)) throw invalid('Match value must be String, number, true, false, or null in an array');
  if (wanted.length === 0) throw invalid('Empty arrays are not allowed');
  const tests = wanted.map(compileMatcher);
  return (value) => {
    const leaves = leavesOf(value);
    return tests.some((test) => (leaves.length === 0 ? test(undefined) : leaves.some(test)));
  };
}

/** The values that a leaf pattern sees: an array counts through its elements, an object is not a leaf. */
function leavesOf(value: Json | undefined): (string | number | boolean | null)[] {
  if (value === undefined || isObject(value)) return [];
  return Array.isArray(value) ? value.flatMap(leavesOf) : [value];
}

function compileMatcher(wanted: Json): Test {
  if (!isObject(wanted)) {
    if (Array.isArray(wanted)) throw invalid('Match value must be String, number, true, false, or null');
    return (value) => value === wanted;
  }
  const [operator, argument] = soleEntry(wanted);
  switch (operator) {
    case 'exists':
      if (typeof argument !== 'boolean') throw invalid('exists must be true or false');
      return (value) => (value !== undefined) === argument;
    case 'anything-but':
      return anythingBut(argument);
    case 'numeric':
      return numeric(argument);
    case 'cidr':
      throw new SimulatorError('The comparison cidr of event patterns is not simulated.');
    default:
      return textMatcher(operator, argument);
  }
}

/** The operators that compare text; all of them can stand inside anything-but as well. */
function textMatcher(operator: string, argument: Json): Test {
  const compare = textComparison(operator, argument);
  return (value) => typeof value === 'string' && compare(value);
}

function textComparison(operator: string, argument: Json): (value: string) => boolean {
  if ((operator === 'prefix' || operator === 'suffix') && isObject(argument)) {
    const [inner, text] = soleEntry(argument);
    if (inner !== 'equals-ignore-case') throw invalid(`Unrecognized match type ${inner} in ${operator}`);
    const folded = nonEmpty(operator, text).toLowerCase();
    return (value) =>
      operator === 'prefix' ? value.toLowerCase().startsWith(folded) : value.toLowerCase().endsWith(folded);
  }
  switch (operator) {
    case 'prefix': {
      const text = nonEmpty(operator, argument);
      return (value) => value.startsWith(text);
    }
    case 'suffix': {
      const text = nonEmpty(operator, argument);
      return (value) => value.endsWith(text);
    }
    case 'equals-ignore-case': {
      if (typeof argument !== 'string') throw invalid('equals-ignore-case match pattern must be a string');
      const folded = argument.toLowerCase();
      return (value) => value.toLowerCase() === folded;
    }
    case 'wildcard': {
      const expression = wildcard(nonEmpty(operator, argument));
      return (value) => expression.test(value);
    }
    default:
      throw invalid(`Unrecognized match type ${operator}`);
  }
}

function anythingBut(argument: Json): Test {
  if (isObject(argument)) {
    const [operator, inner] = soleEntry(argument);
    const tests = (Array.isArray(inner) ? inner : [inner]).map((text) => textMatcher(operator, text));
    return (value) => value !== undefined && !tests.some((test) => test(value));
  }
  const excluded = Array.isArray(argument) ? argument : [argument];
  if (excluded.length === 0) throw invalid('Empty arrays are not allowed');
  const types = new Set(excluded.map((value) => typeof value));
  if (types.size > 1 || !(types.has('string') || types.has('number')))
    throw invalid('Inside anything but list, either all values are number or string, mixed type is not supported');
  return (value) => value !== undefined && !excluded.includes(value);
}

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
const NUMERIC_LIMIT = 5e9;

function numeric(argument: Json): Test {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length > 4 || argument.length % 2 !== 0)
    throw invalid('Value of numeric must be an array of comparisons');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = COMPARISONS[String(argument[index])];
    const bound = argument[index + 1];
    if (!compare) throw invalid(`Unrecognized numeric range operator: ${argument[index]}`);
    if (typeof bound !== 'number') throw invalid('Value of a numeric comparison must be a number');
    if (Math.abs(bound) > NUMERIC_LIMIT) throw invalid('Value must be between -5.0E9 and 5.0E9, inclusive');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && Math.abs(value) <= NUMERIC_LIMIT && tests.every((test) => test(value));
}

/** `*` stands for any text; `\*` and `\\` for the characters themselves. */
function wildcard(text: string): RegExp {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(text)) throw invalid('Consecutive wildcard characters');
  let source = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '*') source += '[^]*';
    else if (character === '\\') {
      index += 1;
      const escaped = text[index];
      if (escaped !== '*' && escaped !== '\\') throw invalid('Invalid escape character');
      source += `\\${escaped}`;
    } else source += character.replace(/[$()+.?[\]^{|}]/, '\\$&');
  }
  return new RegExp(`^${source}$`);
}

function soleEntry(value: JsonObject): [string, Json] {
  const entries = Object.entries(value);
  const entry = entries[0];
  if (!entry || entries.length > 1) throw invalid('Only one key allowed in match expression');
  return entry;
}

function nonEmpty(operator: string, value: Json): string {
  if (typeof value !== 'string' || value === '') throw invalid(`${operator} match pattern must be a non-empty string`);
  return value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
