import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ExpressionNode, Operand, UpdateSection } from 'dynalite/validations';
import { validation } from './errors';
import type { Values } from './expressions';
import { type Path, projector, valueAt } from './paths';
import { addNumbers, type Item, setMembers, typeOf } from './values';

const INVALID_PATH = 'The document path provided in the update expression is invalid for update';
const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';
const NO_ATTRIBUTE = 'The provided expression refers to an attribute that does not exist in the item';

/** A parsed update expression. */
export interface Update {
  /** Each attribute that the expression changes, once per path. */
  paths: Path[];
  /** What UPDATED_OLD and UPDATED_NEW show of an item. */
  project: (item: Item) => Item;
  /** A changed copy of the item, or a ValidationException. */
  apply: (item: Item, values: Values) => Item;
}

type Evaluate = (item: Item, values: Values) => AttributeValue;

interface Action {
  type: UpdateSection['type'];
  path: Path;
  evaluate?: Evaluate;
}

/** Turns a parsed update expression into functions. */
export function compileUpdate(
  sections: UpdateSection[],
  placeholderOf: (operand: Operand) => string | undefined,
): Update {
  const actions: Action[] = sections.map(({ type, path, val }) => ({
    type,
    path,
    evaluate: val && compileValue(val, placeholderOf),
  }));
  const paths = actions.map((action) => action.path);
  return { paths, project: projector(paths), apply: (item, values) => applyActions(actions, item, values) };
}

function compileValue(operand: Operand, placeholderOf: (operand: Operand) => string | undefined): Evaluate {
  if (Array.isArray(operand)) {
    return (item) => {
      const value = valueAt(item, operand);
      if (!value) throw validation(NO_ATTRIBUTE);
      return value;
    };
  }
  const placeholder = placeholderOf(operand);
  if (placeholder !== undefined) return (_item, values) => values[placeholder] as AttributeValue;
  const node = operand as ExpressionNode;
  const second = compileValue(node.args[1] as Operand, placeholderOf);
  if (node.name === 'if_not_exists') {
    const path = node.args[0] as Path;
    return (item, values) => valueAt(item, path) ?? second(item, values);
  }
  const first = compileValue(node.args[0] as Operand, placeholderOf);
  if (node.name === 'list_append') {
    return (item, values) => {
      const [left, right] = [first(item, values).L, second(item, values).L];
      if (!left || !right) throw validation(WRONG_TYPE);
      return { L: [...left, ...right] };
    };
  }
  const sign = node.type === 'add' ? 1 : -1;
  return (item, values) => {
    const [left, right] = [first(item, values).N, second(item, values).N];
    if (left === undefined || right === undefined) throw validation(WRONG_TYPE);
    return { N: addNumbers(left, right, sign) };
  };
}

function applyActions(actions: Action[], before: Item, values: Values): Item {
  const after = cloneMembers(before);
  // Every value is computed from the item as it was, and list elements keep their indexes until the end.
  const computed = actions.map((action) => action.evaluate?.(before, values));
  const shrunk = new Set<Slots>();
  actions.forEach((action, index) => {
    const parent = parentAt(after, action.path);
    const step = action.path[action.path.length - 1] as string | number;
    const operand = computed[index] as AttributeValue;
    switch (action.type) {
      case 'set':
        write(parent, step, operand);
        break;
      case 'remove':
        remove(parent, step, shrunk);
        break;
      case 'add':
        write(parent, step, add(read(parent, step), operand));
        break;
      case 'delete': {
        const existing = read(parent, step);
        if (!existing) break;
        const rest = subtract(existing, operand);
        if (rest) write(parent, step, rest);
        else remove(parent, step, shrunk);
      }
    }
  });
  for (const list of shrunk) list.splice(0, list.length, ...list.filter((element) => element !== undefined));
  return after;
}

/** The elements of a list, where undefined is an element that was removed. */
type Slots = (AttributeValue | undefined)[];
type Parent = { members: Item } | { elements: Slots };

function parentAt(item: Item, path: Path): Parent {
  const step = path[path.length - 1];
  if (path.length === 1) return { members: item };
  const parent = valueAt(item, path.slice(0, -1));
  if (typeof step === 'number' && parent?.L) return { elements: parent.L as Slots };
  if (typeof step === 'string' && parent?.M) return { members: parent.M };
  throw validation(INVALID_PATH);
}

function read(parent: Parent, step: string | number): AttributeValue | undefined {
  return 'members' in parent ? parent.members[step] : parent.elements[step as number];
}

function write(parent: Parent, step: string | number, value: AttributeValue): void {
  if ('members' in parent) parent.members[step] = value;
  // Beyond the end of a list, DynamoDB appends.
  else parent.elements[Math.min(step as number, parent.elements.length)] = value;
}

function remove(parent: Parent, step: string | number, shrunk: Set<Slots>): void {
  if ('members' in parent) {
    delete parent.members[step];
  } else if ((step as number) < parent.elements.length) {
    parent.elements[step as number] = undefined;
    shrunk.add(parent.elements);
  }
}

function add(existing: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (existing && typeOf(existing) !== typeOf(operand)) throw validation(WRONG_TYPE);
  if (operand.N !== undefined) return { N: addNumbers(existing?.N ?? '0', operand.N, 1) };
  if (!existing) return operand;
  const present = new Set(setMembers(existing));
  return editSet(existing, operand, (own, other) => [
    ...own,
    ...other.filter((_member, index) => !present.has(setMembers(operand)[index] as string)),
  ]);
}

function subtract(existing: AttributeValue, operand: AttributeValue): AttributeValue | undefined {
  if (typeOf(existing) !== typeOf(operand)) throw validation(WRONG_TYPE);
  const unwanted = new Set(setMembers(operand));
  const texts = setMembers(existing);
  const rest = editSet(existing, operand, (own) =>
    own.filter((_member, index) => !unwanted.has(texts[index] as string)),
  );
  return setMembers(rest).length > 0 ? rest : undefined;
}

function editSet(
  existing: AttributeValue,
  operand: AttributeValue,
  edit: <T>(own: T[], other: T[]) => T[],
): AttributeValue {
  if (existing.SS && operand.SS) return { SS: edit(existing.SS, operand.SS) };
  if (existing.NS && operand.NS) return { NS: edit(existing.NS, operand.NS) };
  if (existing.BS && operand.BS) return { BS: edit(existing.BS, operand.BS) };
  throw validation(WRONG_TYPE);
}

/** Copies maps and lists, which an update changes in place; other values are replaced whole and can be shared. */
function cloneMembers(members: Item): Item {
  const copy: Item = {};
  for (const name in members) copy[name] = clone(members[name] as AttributeValue);
  return copy;
}

function clone(value: AttributeValue): AttributeValue {
  if (value.M) return { M: cloneMembers(value.M) };
  if (value.L) return { L: value.L.map(clone) };
  return value;
}
