import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Machine {
  States: Record<string, { Type: string; ItemProcessor?: Machine }>;
}

/** A state of one of the state machines, or of the part of it that runs for each item. */
interface State {
  name: string;
  type: string;
  /** It is over in the moment in which it is entered. */
  isInstant: boolean;
  /** The execution ends with it. */
  isEnd: boolean;
  /** It is entered for each item of a Map. */
  isNested: boolean;
}

/** The states of a state machine, in the order of its file. */
export function statesOf(machine: string): State[] {
  const text = readFileSync(join(__dirname, '../statemachines', `${machine}.asl.json`), 'utf8');
  return flatten(JSON.parse(text) as Machine);
}

function flatten({ States }: Machine, isNested = false): State[] {
  return Object.entries(States).flatMap(([name, { Type: type, ItemProcessor }]) => {
    const isEnd = ['Succeed', 'Fail'].includes(type);
    const state = { name, type, isInstant: isEnd || type === 'Choice', isEnd, isNested };
    return [state, ...(ItemProcessor ? flatten(ItemProcessor, true) : [])];
  });
}
