import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution } from '../simulator/asl/execution';

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

/** Whether an execution has come to a state; the items of a distributed map are executions of their own. */
export function hasEntered({ history }: Pick<Execution, 'history'>, state: string): boolean {
  return history.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state);
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
