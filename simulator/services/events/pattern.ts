import { BlockList, isIP } from 'node:net';
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
  const matches = compileObject(nest(pattern));
  return (event) => matches(nest(event as JsonObject));
}

/**
 * EventBridge compares paths: `"state.status"` as one key is the same as `status` inside of `state`, in a pattern and in
 * an event alike. Recorded on AWS.
 */
function nest(object: JsonObject): JsonObject {
  const nested: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    const inner = nestValue(value);
    const [first = '', ...rest] = key.startsWith('$') ? [key] : key.split('.');
    const last = rest.reduceRight<Json>((below, name) => ({ [name]: below }), inner);
    nested[first] = first in nested ? merge(first, nested[first] as Json, last) : last;
  }
  return nested;
}

function nestValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(nestValue);
  return isObject(value) ? nest(value) : value;
}

function merge(key: string, one: Json, other: Json): Json {
  if (!isObject(one) || !isObject(other))
    throw new SimulatorError(`What EventBridge makes of a path that is there twice, ${key}, is not simulated.`);
  const merged = { ...one };
  for (const [name, value] of Object.entries(other))
    merged[name] = name in merged ? merge(`${key}.${name}`, merged[name] as Json, value) : value;
  return merged;
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
      return cidr(argument);
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
    const folded = textOf(operator, text).toLowerCase();
    return (value) =>
      operator === 'prefix' ? value.toLowerCase().startsWith(folded) : value.toLowerCase().endsWith(folded);
  }
  switch (operator) {
    case 'prefix': {
      const text = textOf(operator, argument);
      return (value) => value.startsWith(text);
    }
    case 'suffix': {
      const text = textOf(operator, argument);
      return (value) => value.endsWith(text);
    }
    case 'equals-ignore-case': {
      if (typeof argument !== 'string') throw invalid('equals-ignore-case match pattern must be a string');
      const folded = argument.toLowerCase();
      return (value) => value.toLowerCase() === folded;
    }
    case 'wildcard': {
      const expression = wildcard(textOf(operator, argument));
      return (value) => expression.test(value);
    }
    default:
      throw invalid(`Unrecognized match type ${operator}`);
  }
}

function anythingBut(argument: Json): Test {
  if (isObject(argument)) {
    const [operator, inner] = soleEntry(argument);
    // AWS takes this outside of anything-but only (recorded).
    if ((operator === 'prefix' || operator === 'suffix') && isObject(inner))
      throw invalid('prefix/suffix match pattern must be a string');
    if ((operator === 'prefix' || operator === 'suffix') && inner === '')
      throw invalid('Null prefix/suffix not allowed');
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
const isLower = (operator: Json | undefined) => operator === '>' || operator === '>=';

function numeric(argument: Json): Test {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length > 4 || argument.length % 2 !== 0)
    throw invalid('Value of numeric must be an array of comparisons');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = COMPARISONS[String(argument[index])];
    const bound = argument[index + 1];
    const isSecond = index > 0;
    // A range has a lower bound, then an upper one.
    const isOutOfOrder = isSecond && !(isLower(argument[0]) && !isLower(argument[index]) && argument[index] !== '=');
    if (!compare || isOutOfOrder) throw invalid(`Bad numeric range operator: ${argument[index]}`);
    if (typeof bound !== 'number') throw invalid('Value of a numeric comparison must be a number');
    if (Math.abs(bound) > NUMERIC_LIMIT) throw invalid('Value must be between -5.0E9 and 5.0E9, inclusive');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && Math.abs(value) <= NUMERIC_LIMIT && tests.every((test) => test(value));
}

/** A range of addresses. What is no address is in none. */
function cidr(argument: Json): Test {
  const parts = typeof argument === 'string' ? argument.split('/') : [];
  const [address = '', bits = ''] = parts;
  if (parts.length !== 2) throw invalid("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(bits)) throw invalid('Malformed CIDR, mask bits must be an integer');
  const family = isIP(address);
  if (family === 0) throw invalid(`Nonstandard IP address: ${address}`);
  if (Number(bits) > (family === 4 ? 32 : 128)) throw invalid('Malformed CIDR, mask bits must not exceed the address');
  const range = new BlockList();
  range.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (value) =>
    typeof value === 'string' && isIP(value) === family && range.check(value, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * EventBridge bounds how many places of a wildcard pattern it has to follow at once. `*:*:*:*:*:event-bus/*` is refused
 * (recorded on AWS) with five; where the bound lies below that is not known, so the simulation refuses from three on.
 */
const PLACES_AT_ONCE = 2;

/** The most wildcards that one text can be inside of: after `:::` the pattern `*:*:*` may be at any of its three. */
function placesAtOnce(text: string): number {
  // What is after the last wildcard ends the text: it is not a place that the search can stay in.
  const between = text.split('*').slice(1, -1);
  let most = 1;
  for (let first = 0; first < between.length; first += 1) {
    const separator = between[first] ?? '';
    let last = first;
    while (last < between.length && separator !== '' && separator.includes(between[last] ?? '\0')) last += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** `*` stands for any text; `\*` and `\\` for the characters themselves. */
function wildcard(text: string): RegExp {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(text)) throw invalid('Consecutive wildcard characters');
  if (placesAtOnce(text) > PLACES_AT_ONCE)
    throw invalid(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
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

function textOf(operator: string, value: Json): string {
  if (typeof value !== 'string') throw invalid(`${operator} match pattern must be a string`);
  return value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
