import { parseArgs } from 'node:util';

/** What `npm run simulate` is asked to do. Files are names; `-` stands for standard input. */
export interface SimulateRequest {
  workflow: string;
  input?: string;
  world?: string;
  faults?: string;
  /** `random`, or a file. */
  doubts?: string;
  seed?: number;
  /** Where the page of the run is written. */
  html?: string;
  json: boolean;
}

type CommandLine = { request: SimulateRequest } | { help: true } | { problems: string[] };

type FileOption = 'input' | 'world' | 'faults' | 'doubts';

const FILE_OPTIONS: FileOption[] = ['input', 'world', 'faults', 'doubts'];
const VALUE_OPTIONS: string[] = [...FILE_OPTIONS, 'seed', 'html'];
/** The generator of the simulated account has 32 bits of state. */
const LARGEST_SEED = 2 ** 32 - 1;

/** The text of `--help`. */
export function usage(workflows: string[]): string {
  return `usage: npm run simulate -- WORKFLOW [--input FILE] [--world FILE] [--faults FILE]
                           [--doubts random|FILE] [--seed N] [--html FILE] [--json]

Runs one execution of a workflow in the simulated AWS account, in virtual time.

  WORKFLOW       ${workflows.join(', ')}
  --input FILE   the execution's input (default: events/WORKFLOW.json)
  --world FILE   the account before the run (default: events/worlds/WORKFLOW.json)
  --faults FILE  what goes wrong on the way (default: nothing)
  --doubts FILE  how AWS behaves where it is not known (default: in the worst way); random: drawn by the seed
  --seed N       seed of all that is left to chance (default: 1)
  --html FILE    write a page with the run's timeline, which any browser opens
  --json         print the result as one JSON object and nothing else; use npm's --silent with it

FILE may be - for standard input, once. docs/simulator.md describes the files and the result.
Exit code: 0 the execution succeeded, 1 it failed, 2 the command line or a file is wrong, 3 the simulator cannot do it.
`;
}

/** Reads the command line; `problems` names everything that is wrong with it. */
export function parseCommandLine(args: string[], workflows: string[]): CommandLine {
  const { tokens } = parseArgs({
    args,
    options: {
      input: { type: 'string' },
      world: { type: 'string' },
      faults: { type: 'string' },
      doubts: { type: 'string' },
      seed: { type: 'string' },
      html: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
    // So that every problem is named, not only the first.
    strict: false,
    tokens: true,
  });
  const problems: string[] = [];
  const values = new Map<string, string>();
  const names: string[] = [];
  let json = false;
  for (const token of tokens) {
    if (token.kind === 'positional') names.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'h') return { help: true };
    if (VALUE_OPTIONS.includes(token.name)) {
      const isMissing = token.value === undefined || token.value === '' || /^-./.test(token.value);
      if (isMissing) problems.push(`${token.rawName} needs a ${token.name === 'seed' ? 'number' : 'file'}.`);
      else if (values.has(token.name)) problems.push(`${token.rawName} is given twice.`);
      else values.set(token.name, token.value);
    } else if (token.name !== 'json') problems.push(`There is no option ${token.rawName}.`);
    else if (token.value !== undefined) problems.push('--json takes no value.');
    else json = true;
  }
  problems.unshift(...workflowProblems(names, workflows));
  const fromStandardInput = FILE_OPTIONS.filter((name) => values.get(name) === '-');
  if (fromStandardInput.length > 1) {
    problems.push(`Only one file can be standard input: ${fromStandardInput.map((name) => `--${name}`).join(', ')}.`);
  }
  const seed = values.get('seed');
  if (seed !== undefined && !(/^\d+$/.test(seed) && Number(seed) <= LARGEST_SEED)) {
    problems.push(`--seed must be a whole number from 0 to ${LARGEST_SEED}, not ${seed}.`);
  }
  const [workflow = ''] = names;
  if (problems.length > 0) return { problems };
  const files = Object.fromEntries(
    [...FILE_OPTIONS, 'html'].flatMap((name) => (values.has(name) ? [[name, values.get(name)]] : [])),
  );
  return { request: { workflow, ...files, ...(seed !== undefined && { seed: Number(seed) }), json } };
}

function workflowProblems(names: string[], workflows: string[]): string[] {
  const known = `Known: ${workflows.join(', ')}.`;
  const [workflow, ...others] = names;
  if (workflow === undefined) return [`WORKFLOW is missing. ${known}`];
  const problems = others.length > 0 ? [`One workflow at a time; what is ${others.join(', ')}?`] : [];
  return workflows.includes(workflow) ? problems : [`There is no workflow ${workflow}. ${known}`, ...problems];
}
