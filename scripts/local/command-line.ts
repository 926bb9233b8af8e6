import { Command } from '@commander-js/extra-typings';
import { type Answer, afterHelp, numberFrom, readCommandLine } from '../../cli/command-line';
import { LARGEST_SEED } from '../../simulator/random';

/** What `npm run local` is asked to do. Files are names. */
export interface LocalRequest {
  world?: string;
  faults?: string;
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

/** Reads the command line. */
export function parseCommandLine(args: string[], defaultPort: number): { request: LocalRequest } | Answer {
  const program = new Command('npm run local --')
    .description('Serves the simulated AWS account on this machine, with the suite deployed in it.')
    .option('--port <N>', 'where; 0 for any free port', numberFrom(0, LARGEST_PORT), defaultPort)
    .option(
      '--minutes-per-second <N>',
      `how fast time passes there, at most ${LARGEST_MINUTES_PER_SECOND}`,
      numberFrom(0.01, LARGEST_MINUTES_PER_SECOND),
      DEFAULT_MINUTES_PER_SECOND,
    )
    .option('--world <FILE>', 'the account at the beginning (default: events/worlds/local.json)')
    .option('--faults <FILE>', 'what goes wrong (default: nothing)')
    .option('--seed <N>', 'seed of all that is left to chance (default: 1)', numberFrom(0, LARGEST_SEED))
    .option('--quiet', 'do not show what happens there', false)
    .addHelpText(
      'after',
      afterHelp('npm run local -- --minutes-per-second 10', {
        ok: 'it was stopped',
        aws: 'the simulated account broke off',
      }),
    );
  return readCommandLine(program, args) ?? { request: program.opts() };
}
