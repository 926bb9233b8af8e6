import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTION_WORKFLOWS } from '../scenarios/simulation';

const EXTENSION = '.asl.json';

/** The workflows that a person can start: a state machine or a function each. The suite itself starts undo machines. */
export function workflowNames(root: string): string[] {
  const machines = readdirSync(join(root, 'statemachines'))
    .filter((file) => file.endsWith(EXTENSION) && !file.endsWith(`-undo${EXTENSION}`))
    .map((file) => file.slice(0, -EXTENSION.length));
  return [...machines, ...Object.keys(FUNCTION_WORKFLOWS)].sort();
}
