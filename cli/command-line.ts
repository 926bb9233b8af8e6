import {
  type Command,
  CommanderError,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
} from '@commander-js/extra-typings';
import { EXIT } from './failure';

/** What to print and with which exit code, when there is nothing to do. */
export interface Answer {
  text: string;
  exitCode: number;
}

/** The values of the options that a function declares on a command. */
export type OptionsOf<Declare extends (command: Command) => { opts(): unknown }> = ReturnType<
  ReturnType<Declare>['opts']
>;

/**
 * Reads the command line of any program of this project. Returns the answer to `--help`, or all that is wrong, with what
 * `check` finds; undefined when the program has its values, and the action of the command that was typed has been called.
 */
export function readCommandLine(
  program: CommandUnknownOpts,
  args: readonly string[],
  check: () => string[] = () => [],
): Answer | undefined {
  const problems: string[] = [];
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write, getOutHelpWidth: () => 100 });
    collectProblems(command, problems);
  }
  program.hook('preAction', () => {
    if (problems.length > 0) throw new CommanderError(EXIT.usage, 'problems', '');
  });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text, exitCode: EXIT.ok };
    if (problems.length === 0) return { text, exitCode: EXIT.usage };
  }
  problems.push(...check());
  if (problems.length === 0) return undefined;
  return { text: problems.map((problem) => `error: ${problem}\n`).join(''), exitCode: EXIT.usage };
}

/** Prints an answer where it belongs, and leaves its exit code to the process. */
export function give({ text, exitCode }: Answer): void {
  (exitCode === EXIT.ok ? process.stdout : process.stderr).write(text);
  process.exitCode = exitCode;
}

/** What `--help` says below the options: an example, and what the exit codes mean there. */
export function afterHelp(example: string, exits: Partial<Record<keyof typeof EXIT, string>>): string {
  const lines = Object.entries({
    usage: 'the command line, a file or what they name is wrong; nothing was done',
    aws: 'AWS cannot be reached, or refuses',
    ...exits,
  }).map(([exit, meaning]): [number, string] => [EXIT[exit as keyof typeof EXIT], meaning]);
  const sorted = lines.sort(([a], [b]) => a - b).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return `\nExample:\n  ${example}\n\nExit codes:\n${sorted.join('\n')}`;
}

/** A command of a program or of another command. Values of the options above it are not among its own. */
export function sub(parent: CommandUnknownOpts, name: string, does: string): Command {
  return parent.command(name).description(does) as unknown as Command;
}

/** The option of every command that can show what it would do. */
export function dryRun() {
  return new Option('--dry-run', 'only say what would be done').default(false);
}

/** A number that is not 0. */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** A number that may be 0. */
export function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be 0 or a whole number above it.');
}

/** A reader of numbers in a range; of whole ones when the range begins with one. */
export function numberFrom(least: number, most: number): (text: string) => number {
  const isWhole = Number.isInteger(least);
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`);
  };
}

/** A reader of names with commas between them. */
export function namesAmong<Name extends string>(known: readonly Name[]): (text: string) => Name[] {
  return (text) =>
    text.split(',').map((name) => {
      const found = known.find((each) => each === name);
      if (found) return found;
      throw new InvalidArgumentError(`Known: ${known.join(', ')}.`);
    });
}

/** Numbers that are not 0, with commas between them. */
export function wholeNumbers(text: string): number[] {
  return text.split(',').map(wholeNumber);
}

/** Commander ends at the first problem. Here it continues, and all problems are collected. */
function collectProblems(command: CommandUnknownOpts, problems: string[]): void {
  const add = (problem: string) => problems.push(problem.replace(/^error: /, ''));
  const collect = (message: string, { code }: { code?: string } = {}) => {
    add(message);
    // Without a command there is nothing to hold the rest against.
    if (code === 'commander.unknownCommand') throw new CommanderError(EXIT.usage, code, message);
    if (code !== 'commander.unknownOption') return;
    for (const flag of command.args.filter(isFlag).slice(1)) add(`unknown option '${flag}'`);
    command.args = command.args.filter((arg) => !isFlag(arg));
  };
  command.error = collect as typeof command.error;
  for (const option of command.options.filter(({ required }) => required)) {
    const flags = [...command.options, ...(command.parent?.options ?? [])].map(({ long }) => long);
    const read = option.parseArg ?? (option.variadic ? append : undefined);
    option.parseArg = collecting(read, `option '${option.flags}'`, add, flags);
  }
  for (const argument of command.registeredArguments)
    if (argument.parseArg) argument.parseArg = collecting(argument.parseArg, `argument '${argument.name()}'`, add, []);
}

type Read = <T>(value: string, previous: T) => T;

/** What commander does with an option that takes several values and has no reader. */
const append = ((value: string, previous: string[] = []) => [...previous, value]) as Read;

/** Reads a value; what is wrong with it is added. A flag in the place of a value is none. */
function collecting(read: Read | undefined, what: string, add: (problem: string) => void, flags: unknown[]): Read {
  return (value, previous) => {
    // Commander has said already that there is no value.
    if (value === undefined) return previous;
    try {
      if (flags.includes(value)) add(`${what} argument missing`);
      else return read ? read(value, previous) : (value as typeof previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      add(`${what}: '${value}' is invalid. ${error.message}`);
    }
    return previous;
  };
}

function isFlag(arg: string): boolean {
  return /^-./.test(arg);
}

function withSubcommands(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
