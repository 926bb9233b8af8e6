import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './values';

/** A document path: names of map members and indexes of list elements, e.g. `['volumes', 0, 'id']`. */
export type Path = (string | number)[];

/** The value at a path, or undefined when the item has none there. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value = item[path[0] as string];
  for (let depth = 1; value !== undefined && depth < path.length; depth++) {
    const step = path[depth] as string | number;
    value = typeof step === 'number' ? value.L?.[step] : value.M?.[step];
  }
  return value;
}

/** The paths of a projection as a tree: a leaf asks for the whole value. */
interface Wanted {
  members: Map<string, Wanted>;
  elements: Map<number, Wanted>;
}

/** Makes a function that leaves only what the paths name; list elements move up, as DynamoDB leaves no gaps. */
export function projector(paths: Path[]): (item: Item) => Item {
  const root: Wanted = { members: new Map(), elements: new Map() };
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const next: Wanted = (typeof step === 'number' ? node.elements.get(step) : node.members.get(step)) ?? {
        members: new Map(),
        elements: new Map(),
      };
      if (typeof step === 'number') node.elements.set(step, next);
      else node.members.set(step, next);
      node = next;
    }
  }
  return (item) => projectMembers(item, root);
}

function projectMembers(members: Item, wanted: Wanted): Item {
  const result: Item = {};
  for (const [name, node] of wanted.members) {
    const value = members[name];
    const projected = value && project(value, node);
    if (projected) result[name] = projected;
  }
  return result;
}

function project(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted.members.size > 0) {
    const members = value.M && projectMembers(value.M, wanted);
    return members && Object.keys(members).length > 0 ? { M: members } : undefined;
  }
  if (wanted.elements.size > 0) {
    const elements: AttributeValue[] = [];
    for (const index of [...wanted.elements.keys()].sort((left, right) => left - right)) {
      const element = value.L?.[index];
      const projected = element && project(element, wanted.elements.get(index) as Wanted);
      if (projected) elements.push(projected);
    }
    return elements.length > 0 ? { L: elements } : undefined;
  }
  return value;
}
