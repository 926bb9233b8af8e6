import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type Answer, readCommandLine, sub, wholeNumber } from './command-line';
import { commands } from './commands/all';
import { OUTPUTS } from './render/data';
import type { CommonOptions, Session } from './session';

/** A command that was typed, and rightly. */
interface Typed {
  /** Its name, with those of the commands that it belongs to. */
  command: string;
  args: unknown[];
  options: object;
  common: CommonOptions;
  /** Carries it out; returns the exit code. */
  run(session: Session): Promise<number>;
}

/** Reads the command line; touches nothing. `defaultPort` is where `npm run local` serves. */
export async function parse(args: string[], defaultPort: number, version: string): Promise<Typed | Answer> {
  const program = new Command('backup-workflows')
    .description('Starts, watches and schedules backup and recovery workflows, and recovers DynamoDB tables.')
    .version(version)
    .option('--stack <NAME>', 'the deployed stack (default: that of samconfig.toml, else backup-workflows)')
    .option('--region <REGION>', 'its region (default: AWS_REGION, else that of the AWS profile)')
    .option('--profile <NAME>', 'the AWS profile with its credentials (default: AWS_PROFILE)')
    .option('--local', 'use the simulated account of `npm run local` instead of AWS')
    .option('--port <N>', `where the simulated account is served (default: ${defaultPort})`, wholeNumber)
    .addOption(new Option('--json', 'the same as --output json').conflicts('output'))
    .addOption(new Option('--output <FORM>', 'print data and nothing else, or a table also in a pipe').choices(OUTPUTS))
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nExample:\n  backup-workflows list --local');
  let typed: CommandUnknownOpts = program;
  let run: Typed['run'] = async () => 0;
  program.hook('preAction', (_program, command) => {
    typed = command;
  });
  for (const { name, does, load } of commands) {
    const command = sub(program, name, does);
    if (!args.includes(name)) continue;
    const { declare } = await load();
    declare(command, (found) => {
      run = found;
    });
  }
  const answer = readCommandLine(program, args);
  if (answer) return answer;
  // What the line that is being completed says of the account is where its names come from.
  if (typed.name() === 'complete') program.parseOptions(typed.args);
  const common = commonOf(program.opts(), defaultPort);
  return { command: nameOf(typed), args: typed.processedArgs, options: typed.opts(), common, run };
}

function nameOf(command: CommandUnknownOpts): string {
  return command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

type Options = Omit<CommonOptions, 'localPort' | 'json'> & { local?: true; port?: number; json?: true };

function commonOf(
  { local, port, json, output = json ? 'json' : undefined, stack, region, profile }: Options,
  defaultPort: number,
): CommonOptions {
  return {
    json: output !== undefined && output !== 'table',
    ...(output && { output }),
    ...(stack !== undefined && { stack }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...((local || port !== undefined) && { localPort: port ?? defaultPort }),
  };
}
