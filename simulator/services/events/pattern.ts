import { BlockList, isIP } from 'node:net';
import { AwsError, SimulatorError } from '../../errors';
import { jsonComplaint } from '../../json-complaint';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Whether one leaf of an event passes; `undefined` stands for a field that is not there. */
type Test = (value: string | number | boolean | null | undefined) => boolean;

/** What stands before each reason. */
export const PATTERN_REFUSAL = 'Event pattern is not valid. Reason: ';

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
    throw invalid(jsonComplaint(text));
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
    const test = isObject(wanted) ? compileSubPattern(wanted) : compileLeaf(key, wanted);
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

function compileLeaf(key: string, wanted: Json): NodeTest {
  if (!Array.isArray(wanted)) throw invalid(`"${key}" must be an object or an array`);
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
      if (typeof argument !== 'boolean') throw invalid('exists match pattern must be either true or false.');
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

const VALUE_OF_ANYTHING_BUT = 'Value of anything-but must be an array or single string/number value.';

function anythingBut(argument: Json): Test {
  if (isObject(argument)) return anythingButText(...soleEntry(argument));
  if (argument === null || typeof argument === 'boolean') throw invalid(VALUE_OF_ANYTHING_BUT);
  const excluded = Array.isArray(argument) ? argument : [argument];
  if (excluded.length === 0) throw invalid('Empty arrays are not allowed');
  if (excluded.some((value) => typeof value !== 'string' && typeof value !== 'number'))
    throw invalid('Inside anything but list, start|null|boolean is not supported.');
  if (new Set(excluded.map((value) => typeof value)).size > 1)
    throw invalid('Inside anything but list, either all values are number or string, mixed type is not supported');
  return (value) => value !== undefined && !excluded.includes(value);
}

function anythingButText(operator: string, argument: Json): Test {
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator))
    throw invalid(`Unsupported anything-but pattern: ${operator}`);
  const isEnd = operator === 'prefix' || operator === 'suffix';
  // AWS takes equals-ignore-case within prefix and suffix outside of anything-but only.
  if (isEnd && isObject(argument)) throw invalid(VALUE_OF_ANYTHING_BUT);
  if (isEnd && argument === '') throw invalid('Null prefix/suffix not allowed');
  const tests = [argument].flat().map((text) => {
    if (isEnd && typeof text !== 'string') throw invalid('prefix/suffix match pattern must be a string');
    if (operator === 'equals-ignore-case' && typeof text !== 'string')
      throw invalid('Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.');
    return textMatcher(operator, text);
  });
  return (value) => value !== undefined && !tests.some((test) => test(value));
}

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
const NUMERIC_LIMIT = 5e9;
const isLower = (operator: string) => operator === '>' || operator === '>=';
const isUpper = (operator: string) => operator === '<' || operator === '<=';

/** One comparison, or a lower bound and an upper one. */
function numeric(argument: Json): Test {
  if (!Array.isArray(argument)) throw invalid('Value of numeric must be an array.');
  const [first, bound, second, secondBound] = argument;
  if (typeof first !== 'string') throw invalid(`Invalid member in numeric match: ${textOfMember(first)}`);
  if (!(first in COMPARISONS)) throw invalid(`Unrecognized numeric range operator: ${first}`);
  const tests = [comparison(first, bound)];
  if (!isLower(first) && argument.length > 2) throw invalid('Too many elements in numeric expression');
  if (argument.length > 2) {
    if (typeof second !== 'string') throw invalid(`Bad value in numeric range: ${textOfMember(second)}`);
    if (!isUpper(second)) throw invalid(`Bad numeric range operator: ${second}`);
    tests.push(comparison(second, secondBound));
    if (argument.length > 4) throw invalid('Too many terms in numeric range expression');
    if (Number(bound) >= Number(secondBound)) throw invalid('Bottom must be less than top');
  }
  return (value) => typeof value === 'number' && Math.abs(value) <= NUMERIC_LIMIT && tests.every((test) => test(value));
}

function comparison(operator: string, bound: Json | undefined): (value: number) => boolean {
  if (typeof bound !== 'number') throw invalid(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  if (Math.abs(bound) > NUMERIC_LIMIT) throw invalid('Value must be between -5.0E9 and 5.0E9, inclusive');
  return (value) => (COMPARISONS[operator] as (value: number, bound: number) => boolean)(value, bound);
}

/** A member as it was written; at the end there is the bracket. */
const textOfMember = (member: Json | undefined) => (member === undefined ? ']' : JSON.stringify(member));

/** A range of addresses. What is no address is in none. */
function cidr(argument: Json): Test {
  if (typeof argument !== 'string') throw invalid('prefix match pattern must be a string');
  const parts = argument.split('/');
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
  const consecutive = /(?<!\\)(?:\\\\)*\*\*/.exec(text);
  if (consecutive)
    throw invalid(`Consecutive wildcard characters at pos ${consecutive.index + consecutive[0].length - 1}`);
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
  return new AwsError('InvalidEventPatternException', `${PATTERN_REFUSAL}${reason}`);
}
