import { type Mutant, mutantId, shortened } from './mutant';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };
type Path = (string | number)[];

/** All mutants of a state machine: its Retry, Catch and Choice, and each name in ErrorEquals. */
export function machineMutants(file: string, source: string): Mutant[] {
  const machine: JsonObject = JSON.parse(source);
  return statesIn(machine, []).flatMap(({ name, path, state }) => {
    const line = source.split('\n').findIndex((text) => text.includes(`"${name}": {`)) + 1;
    return changesOf(state).map(({ at, to, what }): Mutant => {
      const text = () => `${JSON.stringify(replaced(machine, [...path, ...at], to), null, 2)}\n`;
      return {
        id: mutantId(file, name, JSON.stringify(state), JSON.stringify(at), JSON.stringify(to) ?? 'removed'),
        file,
        line,
        what: `${name}: ${what}`,
        apply: text,
      };
    });
  });
}

function statesIn(machine: JsonObject, path: Path): { name: string; path: Path; state: JsonObject }[] {
  const states = (machine.States ?? {}) as { [name: string]: JsonObject };
  return Object.entries(states).flatMap(([name, state]) => [
    { name, path: [...path, 'States', name], state },
    ...(state.ItemProcessor
      ? statesIn(state.ItemProcessor as JsonObject, [...path, 'States', name, 'ItemProcessor'])
      : []),
    ...((state.Branches ?? []) as JsonObject[]).flatMap((branch, index) =>
      statesIn(branch, [...path, 'States', name, 'Branches', index]),
    ),
  ]);
}

interface Change {
  at: Path;
  /** Undefined: removed. */
  to: Json | undefined;
  what: string;
}

function changesOf(state: JsonObject): Change[] {
  const changes: Change[] = [];
  for (const member of ['Retry', 'Catch'] as const)
    for (const [index, entry] of ((state[member] ?? []) as JsonObject[]).entries()) {
      const errors = entry.ErrorEquals as string[];
      changes.push({
        at: [member, index],
        to: undefined,
        what: `${member} of ${shortened(errors.join(', '))} → nothing`,
      });
      if (errors.length > 1)
        for (const [place, error] of errors.entries())
          changes.push({
            at: [member, index, 'ErrorEquals', place],
            to: undefined,
            what: `${member} without ${error}`,
          });
    }
  for (const [index, { Condition }] of ((state.Choices ?? []) as JsonObject[]).entries()) {
    const expression = /^\{%([\s\S]*)%\}$/.exec(String(Condition))?.[1]?.trim() ?? '';
    changes.push(
      { at: ['Choices', index, 'Condition'], to: '{% true %}', what: `${shortened(expression)} → true` },
      { at: ['Choices', index, 'Condition'], to: '{% false %}', what: `${shortened(expression)} → false` },
    );
  }
  return changes;
}

/** A copy of a value with another one at a place of it. */
function replaced(value: Json, [first, ...rest]: Path, to: Json | undefined): Json {
  if (first === undefined) return to as Json;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as JsonObject) }) as JsonObject;
  if (rest.length > 0) copy[first] = replaced(copy[first] as Json, rest, to);
  else if (to !== undefined) copy[first] = to;
  else if (Array.isArray(copy)) copy.splice(Number(first), 1);
  else delete copy[first];
  // An empty list of Retry or Catch is refused.
  for (const member of ['Retry', 'Catch'])
    if (Array.isArray(copy[member]) && copy[member].length === 0) delete copy[member];
  return copy;
}
