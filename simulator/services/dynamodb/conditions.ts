import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ExpressionNode, Operand } from 'dynalite/validations';
import { SimulatorError } from '../../errors';
import type { Values } from './expressions';
import { valueAt } from './paths';
import { compareText, compareValues, equalValues, type Item, setMembers, typeOf } from './values';

/** Whether an item fulfils a condition or filter expression. */
export type Predicate = (item: Item, values: Values) => boolean;

type Evaluate = (item: Item, values: Values) => AttributeValue | undefined;

// dynalite's own evaluation cannot be used: it compares maps and lists by identity and knows binary values only in base64.

/** Turns a parsed condition into a function. */
export function compileCondition(
  node: ExpressionNode,
  placeholderOf: (operand: Operand) => string | undefined,
): Predicate {
  const nested = (index: number): Predicate => compileCondition(node.args[index] as ExpressionNode, placeholderOf);
  switch (node.type) {
    case 'and': {
      const [left, right] = [nested(0), nested(1)];
      return (item, values) => left(item, values) && right(item, values);
    }
    case 'or': {
      const [left, right] = [nested(0), nested(1)];
      return (item, values) => left(item, values) || right(item, values);
    }
    case 'not': {
      const inner = nested(0);
      return (item, values) => !inner(item, values);
    }
    default: {
      const operands = node.args.map((operand) => compileOperand(operand, placeholderOf));
      const test = TESTS[node.type === 'function' ? (node.name as string) : node.type];
      if (!test) throw new SimulatorError(`The operator ${node.name ?? node.type} is not simulated.`);
      return (item, values) => test(operands.map((operand) => operand(item, values)));
    }
  }
}

function compileOperand(operand: Operand, placeholderOf: (operand: Operand) => string | undefined): Evaluate {
  if (Array.isArray(operand)) return (item) => valueAt(item, operand);
  const placeholder = placeholderOf(operand);
  if (placeholder !== undefined) return (_item, values) => values[placeholder];
  // The only function that the parser lets through here is size.
  const argument = compileOperand((operand as ExpressionNode).args[0] as Operand, placeholderOf);
  return (item, values) => size(argument(item, values));
}

function size(value: AttributeValue | undefined): AttributeValue | undefined {
  if (!value) return undefined;
  if (value.S !== undefined) return { N: String(Buffer.byteLength(value.S)) };
  if (value.B) return { N: String(value.B.byteLength) };
  if (value.L) return { N: String(value.L.length) };
  if (value.M) return { N: String(Object.keys(value.M).length) };
  if (value.SS || value.NS || value.BS) return { N: String(setMembers(value).length) };
  return undefined;
}

type Operands = (AttributeValue | undefined)[];

// What an attribute that does not exist means to each operator: it is unequal to everything and in no order.
const TESTS: Record<string, (operands: Operands) => boolean> = {
  '=': ([left, right]) => left !== undefined && right !== undefined && equalValues(left, right),
  '<>': ([left, right]) => left === undefined || right === undefined || !equalValues(left, right),
  '<': ([left, right]) => inOrder(left, right, (order) => order < 0),
  '<=': ([left, right]) => inOrder(left, right, (order) => order <= 0),
  '>': ([left, right]) => inOrder(left, right, (order) => order > 0),
  '>=': ([left, right]) => inOrder(left, right, (order) => order >= 0),
  between: ([value, low, high]) =>
    inOrder(value, low, (order) => order >= 0) && inOrder(value, high, (order) => order <= 0),
  in: ([value, ...others]) =>
    value !== undefined && others.some((other) => other !== undefined && equalValues(value, other)),
  attribute_exists: ([value]) => value !== undefined,
  attribute_not_exists: ([value]) => value === undefined,
  attribute_type: ([value, type]) => value !== undefined && typeOf(value) === type?.S,
  begins_with: ([value, prefix]) => beginsWith(value, prefix),
  contains: ([value, member]) => contains(value, member),
};

function inOrder(
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
  accept: (order: number) => boolean,
): boolean {
  if (!left || !right) return false;
  const type = typeOf(left);
  if (type !== typeOf(right) || (type !== 'S' && type !== 'N' && type !== 'B')) return false;
  return accept(type === 'S' ? compareText(left.S ?? '', right.S ?? '') : compareValues(left, right));
}

/** Whether a string or binary value starts with another one. */
export function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B && prefix?.B) {
    return Buffer.compare(value.B.subarray(0, prefix.B.byteLength), prefix.B) === 0;
  }
  return false;
}

function contains(value: AttributeValue | undefined, member: AttributeValue | undefined): boolean {
  if (!value || !member) return false;
  if (value.S !== undefined) return member.S !== undefined && value.S.includes(member.S);
  if (value.B) return member.B !== undefined && Buffer.from(value.B).includes(Buffer.from(member.B));
  if (value.L) return value.L.some((element) => equalValues(element, member));
  if (value.SS) return member.S !== undefined && value.SS.includes(member.S);
  if (value.NS) return member.N !== undefined && value.NS.includes(member.N);
  const wanted = member.B;
  return wanted !== undefined && (value.BS ?? []).some((element) => Buffer.compare(element, wanted) === 0);
}
