import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertKeyCondition, type Expressions, type Operand, validateExpressions } from 'dynalite/validations';
import { compileCondition, type Predicate } from './conditions';
import { validation } from './errors';
import { type Path, projector } from './paths';
import { inDynamoDbsWords } from './syntax-error';
import { compileUpdate, type Update } from './updates';
import { binaryText, type Item, normalise, setMembers, typeOf, type ValueType } from './values';

/** The parameters of a request that hold expressions. */
export interface ExpressionParameters {
  UpdateExpression?: string;
  ConditionExpression?: string;
  KeyConditionExpression?: string;
  FilterExpression?: string;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** The values of one request, by their placeholder; the same compiled expression serves many requests. */
export type Values = Record<string, AttributeValue>;

/** One condition of a key condition expression. */
export interface KeyCondition {
  operator: 'EQ' | 'LT' | 'LE' | 'GT' | 'GE' | 'BETWEEN' | 'BEGINS_WITH';
  operands: (values: Values) => AttributeValue[];
}

/** The expressions of a request, ready to be applied to items. */
interface Compiled {
  update?: Update;
  condition?: Predicate;
  keyConditions?: Record<string, KeyCondition>;
  filter?: Predicate;
  /** Attributes at the start of a path in the filter. */
  filterHeads: string[];
  project?: (item: Item) => Item;
  /** Attributes of which some expression names a part. */
  nestedHeads: string[];
}

/** A request's expressions with its values. */
export interface BoundExpressions extends Compiled {
  values: Values;
}

const TEXTS = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
] as const;

const MAX_EXPRESSION_BYTES = 4096;
const MAX_CACHED = 2000;
const cache = new Map<string, Compiled>();

// The parser looks into these values and not only at their types.
const NEEDS_VALUES = /between|attribute_type/i;

// Any value of the type does: the parser checks types, and the real values are bound later.
const SAMPLES: Record<ValueType, object> = {
  S: { S: 'x' },
  N: { N: '0' },
  B: { B: 'AA==' },
  BOOL: { BOOL: true },
  NULL: { NULL: true },
  SS: { SS: ['x'] },
  NS: { NS: ['0'] },
  BS: { BS: ['AA=='] },
  L: { L: [] },
  M: { M: {} },
};

/** Parses and checks the expressions of a request; what is wrong with them is a ValidationException. */
export function bindExpressions(parameters: ExpressionParameters): BoundExpressions {
  const values: Values = {};
  for (const name in parameters.ExpressionAttributeValues) {
    values[name] = normaliseValue(name, parameters.ExpressionAttributeValues[name] as AttributeValue);
  }
  const key = cacheKey(parameters, values);
  let compiled = cache.get(key);
  if (!compiled) {
    compiled = compile(parameters, values);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(key, compiled);
  }
  return { ...compiled, values };
}

function normaliseValue(name: string, value: AttributeValue): AttributeValue {
  try {
    return normalise(value);
  } catch (error) {
    throw validation(`ExpressionAttributeValues contains invalid value: ${(error as Error).message} for key ${name}`);
  }
}

function cacheKey(parameters: ExpressionParameters, values: Values): string {
  let key = parameters.ExpressionAttributeNames ? JSON.stringify(parameters.ExpressionAttributeNames) : '';
  let needsValues = false;
  for (const text of TEXTS) {
    const expression = parameters[text];
    key += expression === undefined ? '\n' : `\n${text} ${expression}`;
    needsValues ||= expression !== undefined && NEEDS_VALUES.test(expression);
  }
  if (parameters.ExpressionAttributeValues) key += '\n:';
  for (const name in values) {
    const value = values[name] as AttributeValue;
    key += ` ${name}=${needsValues ? JSON.stringify(parserValue(value)) : typeOf(value)}`;
  }
  return key;
}

function compile(parameters: ExpressionParameters, values: Values): Compiled {
  const parsed: Expressions = {};
  let needsValues = false;
  for (const text of TEXTS) {
    const expression = parameters[text];
    if (expression === undefined) continue;
    if (Buffer.byteLength(expression) > MAX_EXPRESSION_BYTES) {
      throw validation(
        `Invalid ${text}: Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(expression)}`,
      );
    }
    parsed[text] = expression;
    needsValues ||= NEEDS_VALUES.test(expression);
  }
  if (parameters.ExpressionAttributeNames) parsed.ExpressionAttributeNames = parameters.ExpressionAttributeNames;
  const placeholders = new Map<object, string>();
  if (parameters.ExpressionAttributeValues) {
    parsed.ExpressionAttributeValues = {};
    for (const name in values) {
      const value = values[name] as AttributeValue;
      const stand = needsValues ? parserValue(value) : { ...SAMPLES[typeOf(value)] };
      parsed.ExpressionAttributeValues[name] = stand;
      placeholders.set(stand, name);
    }
  }
  const message = validateExpressions(parsed);
  if (message) throw validation(inDynamoDbsWords(message, parameters));

  const placeholderOf = (operand: Operand): string | undefined => placeholders.get(operand);
  return {
    update: parsed._updates && compileUpdate(parsed._updates.sections, placeholderOf),
    condition: parsed._condition && compileCondition(parsed._condition.expression, placeholderOf),
    keyConditions: parsed._keyCondition && keyConditionsOf(parsed, placeholderOf),
    filter: parsed._filter && compileCondition(parsed._filter.expression, placeholderOf),
    filterHeads: Object.keys(parsed._filter?.pathHeads ?? {}),
    project: parsed._projection && projector(parsed._projection.paths as Path[]),
    nestedHeads: [parsed._updates, parsed._condition, parsed._filter, parsed._projection].flatMap((expression) =>
      Object.keys(expression?.nestedPaths ?? {}),
    ),
  };
}

/** The parser knows binary values in base64 only. */
function parserValue(value: AttributeValue): object {
  if (value.B) return { B: binaryText(value.B) };
  if (value.BS) return { BS: setMembers(value) };
  const type = typeOf(value);
  return type === 'M' || type === 'L' ? { ...SAMPLES[type] } : { [type]: value[type as 'S'] };
}

function keyConditionsOf(
  parsed: Expressions,
  placeholderOf: (operand: Operand) => string | undefined,
): Record<string, KeyCondition> {
  const conditions = parsed._keyCondition && convertKeyCondition(parsed._keyCondition.expression);
  if (typeof conditions === 'string') throw validation(conditions);
  const result: Record<string, KeyCondition> = {};
  for (const [attribute, condition] of Object.entries(conditions ?? {})) {
    const names = condition.AttributeValueList.map(placeholderOf).filter((name) => name !== undefined);
    result[attribute] = {
      operator: condition.ComparisonOperator,
      operands: (values) => names.map((name) => values[name] as AttributeValue),
    };
  }
  return result;
}
