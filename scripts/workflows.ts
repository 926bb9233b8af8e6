import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const EXTENSION = '.asl.json';

/** The workflows that a person can start: a state machine each. Undo machines are started by the suite itself. */
export function workflowNames(root: string): string[] {
  return readdirSync(join(root, 'statemachines'))
    .filter((file) => file.endsWith(EXTENSION) && !file.endsWith(`-undo${EXTENSION}`))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort();
}
