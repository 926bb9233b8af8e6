import { SimulatorError } from '../errors';
import { listOf, matchesGlob } from './glob';

/** The `Condition` element: operator → key → value or values. */
export type Conditions = Record<string, Record<string, ConditionValue | ConditionValue[]>>;
type ConditionValue = string | number | boolean;

/** The condition keys of a request, in lower case: IAM does not distinguish the case of keys. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

type Compare = (actual: string, wanted: string) => boolean;

const ignoringCase = (compare: Compare): Compare => {
  return (actual, wanted) => compare(actual.toLowerCase(), wanted.toLowerCase());
};
const equals: Compare = (actual, wanted) => actual === wanted;
const like: Compare = (actual, wanted) => matchesGlob(wanted, actual);
const numeric = (compare: (actual: number, wanted: number) => boolean): Compare => {
  return (actual, wanted) => compare(Number(actual), Number(wanted));
};
const date = (compare: (actual: number, wanted: number) => boolean): Compare => {
  return (actual, wanted) => compare(instant(actual), instant(wanted));
};

/** ArnEquals and ArnLike are the same: each of the six parts is matched on its own. */
const arnLike: Compare = (actual, wanted) => {
  const parts = splitArn(actual);
  const patterns = splitArn(wanted);
  return (
    parts.length === patterns.length && patterns.every((pattern, index) => matchesGlob(pattern, parts[index] ?? ''))
  );
};

const OPERATORS: Record<string, Compare> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: ignoringCase(equals),
  StringLike: like,
  NumericEquals: numeric((actual, wanted) => actual === wanted),
  NumericLessThan: numeric((actual, wanted) => actual < wanted),
  NumericLessThanEquals: numeric((actual, wanted) => actual <= wanted),
  NumericGreaterThan: numeric((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: numeric((actual, wanted) => actual >= wanted),
  DateEquals: date((actual, wanted) => actual === wanted),
  DateLessThan: date((actual, wanted) => actual < wanted),
  DateLessThanEquals: date((actual, wanted) => actual <= wanted),
  DateGreaterThan: date((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: date((actual, wanted) => actual >= wanted),
  Bool: ignoringCase(equals),
  ArnEquals: arnLike,
  ArnLike: arnLike,
};

const NEGATED: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** Whether every condition of a statement holds for the request. */
export function conditionsHold(conditions: Conditions, context: RequestContext): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => conditionHolds(operator, key, listOf(values).map(String), context)),
  );
}

function conditionHolds(operator: string, key: string, values: string[], context: RequestContext): boolean {
  const actual = context.get(key.toLowerCase());
  if (operator === 'Null') return values.includes('true') === (actual === undefined);
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = NEGATED[base] !== undefined;
  const compare = OPERATORS[NEGATED[base] ?? base];
  if (!compare) throw new SimulatorError(`The condition operator ${operator} is not simulated.`);
  if (actual === undefined) {
    if (ifExists || quantifier === 'ForAllValues') return true;
    return negated && quantifier === undefined;
  }
  const wanted = values.map((value) => substituteVariables(value, context));
  const matches = (value: string) =>
    wanted.some((pattern) => pattern !== undefined && compare(value, pattern)) !== negated;
  // Several values without a quantifier: AWS's guide says to use one; a negated operator then means "none of them".
  if (quantifier === 'ForAllValues' || (negated && !quantifier)) return actual.every(matches);
  return actual.some(matches);
}

/** Replaces `${aws:…}` in a pattern; undefined when the request lacks the key, in which case nothing can match. */
export function substituteVariables(pattern: string, context: RequestContext): string | undefined {
  if (!pattern.includes('${')) return pattern;
  let missing = false;
  const text = pattern.replace(/\$\{([^}]*)\}/g, (_all, inside: string) => {
    if (inside === '*' || inside === '?' || inside === '$') return inside;
    const [key = '', fallback] = inside.split(',').map((part) => part.trim());
    const value = context.get(key.toLowerCase())?.[0] ?? fallback?.replace(/^'(.*)'$/, '$1');
    if (value === undefined) missing = true;
    return value ?? '';
  });
  return missing ? undefined : text;
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function instant(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
