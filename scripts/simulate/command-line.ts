import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { type Answer, afterHelp, numberFrom, readCommandLine } from '../../cli/command-line';
import { LARGEST_SEED } from '../../simulator/random';

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

/** Reads the command line. */
export function parseCommandLine(args: string[], workflows: string[]): { request: SimulateRequest } | Answer {
  const program = new Command('npm run simulate --')
    .description('Runs one execution of a workflow in the simulated AWS account, in virtual time.')
    .argument('<workflow>', workflows.join(', '), (name) => {
      if (workflows.includes(name)) return name;
      throw new InvalidArgumentError(`There is no such workflow. Known: ${workflows.join(', ')}.`);
    })
    .option('--input <FILE>', "the execution's input (default: events/WORKFLOW.json)", file)
    .option('--world <FILE>', 'the account before the run (default: events/worlds/WORKFLOW.json)', file)
    .option('--faults <FILE>', 'what goes wrong on the way (default: nothing)', file)
    .option(
      '--doubts <FILE>',
      'how AWS behaves where it is not known (default: in the worst way); random: drawn by the seed',
      file,
    )
    .option('--seed <N>', 'seed of all that is left to chance (default: 1)', numberFrom(0, LARGEST_SEED))
    .option('--html <FILE>', "write a page with the run's timeline, which any browser opens", file)
    .option('--json', "print the result as one JSON object and nothing else; use npm's --silent with it", false)
    .addHelpText(
      'after',
      `\nFILE may be - for standard input, once. docs/simulator.md describes the files and the result.\n${afterHelp(
        'npm run simulate -- efs-backup --seed 7',
        { ok: 'the execution succeeded', failed: 'it failed', aws: 'the simulator cannot do it' },
      )}`,
    );
  const answer = readCommandLine(program, args, () => {
    const { input, world, faults, doubts } = program.opts();
    const fromStandardInput = Object.entries({ input, world, faults, doubts }).filter(([, name]) => name === '-');
    return fromStandardInput.length > 1
      ? [`Only one file can be standard input: ${fromStandardInput.map(([name]) => `--${name}`).join(', ')}.`]
      : [];
  });
  return answer ?? { request: { workflow: program.processedArgs[0], ...program.opts() } };
}

function file(name: string, earlier: string | undefined): string {
  if (name === '') throw new InvalidArgumentError('It must be a file.');
  if (earlier !== undefined) throw new InvalidArgumentError(`${earlier} is given already.`);
  return name;
}
