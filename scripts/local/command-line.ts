import { parseArgs } from 'node:util';

/** What `npm run local` is asked to do. Files are names. */
export interface LocalRequest {
  worldFile?: string;
  faultsFile?: string;
  /** 0 stands for any free port. */
  port: number;
  minutesPerSecond: number;
  seed?: number;
  quiet: boolean;
}

const DEFAULT_MINUTES_PER_SECOND = 1;
/** Beyond that the clock jumps by more than an hour between two looks at the requests. */
const LARGEST_MINUTES_PER_SECOND = 600;
const LARGEST_PORT = 65_535;
const LARGEST_SEED = 2 ** 32 - 1;

/** The text of `--help`. */
export function usage(defaultPort: number): string {
  return `usage: npm run local -- [--port N] [--minutes-per-second N] [--world FILE] [--faults FILE] [--seed N] [--quiet]

Serves the simulated AWS account on this machine, with the suite deployed in it.

  --port N                where (default: ${defaultPort}; 0 for any free port)
  --minutes-per-second N  how fast time passes there (default: ${DEFAULT_MINUTES_PER_SECOND}, at most ${LARGEST_MINUTES_PER_SECOND})
  --world FILE            the account at the beginning (default: events/worlds/local.json)
  --faults FILE           what goes wrong (default: nothing)
  --seed N                seed of all that is left to chance (default: 1)
  --quiet                 do not show what happens there

example: npm run local -- --minutes-per-second 10
`;
}

/** Reads the command line; `problems` names everything that is wrong with it. */
export function parseCommandLine(
  args: string[],
  defaultPort: number,
): { request: LocalRequest } | { help: true } | { problems: string[] } {
  const problems: string[] = [];
  const { values, positionals } = parseArgs({
    args,
    options: {
      world: { type: 'string' },
      faults: { type: 'string' },
      port: { type: 'string' },
      'minutes-per-second': { type: 'string' },
      seed: { type: 'string' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
    strict: false,
  });
  if (values.help) return { help: true };
  const known = ['world', 'faults', 'port', 'minutes-per-second', 'seed', 'quiet'];
  for (const name of Object.keys(values).filter((name) => !known.includes(name)))
    problems.push(`There is no option --${name}.`);
  for (const word of positionals) problems.push(`What is ${word}?`);
  const number = (name: string, least: number, most: number, isWhole: boolean): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = text === true || text === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    problems.push(`--${name} must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, not ${text}.`);
    return undefined;
  };
  const port = number('port', 0, LARGEST_PORT, true) ?? defaultPort;
  const minutesPerSecond =
    number('minutes-per-second', 0.01, LARGEST_MINUTES_PER_SECOND, false) ?? DEFAULT_MINUTES_PER_SECOND;
  const seed = number('seed', 0, LARGEST_SEED, true);
  for (const name of ['world', 'faults'])
    if (values[name] === true || values[name] === '') problems.push(`--${name} needs a file.`);
  if (problems.length > 0) return { problems };
  return {
    request: {
      port,
      minutesPerSecond,
      quiet: values.quiet === true,
      ...(seed !== undefined && { seed }),
      ...(typeof values.world === 'string' && { worldFile: values.world }),
      ...(typeof values.faults === 'string' && { faultsFile: values.faults }),
    },
  };
}
