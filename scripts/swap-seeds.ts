import { Command } from '@commander-js/extra-typings';
import { count, give, readCommandLine } from '../cli/command-line';
import { randomCase } from '../scenarios/dynamodb-restore/random-faults';
import { cleanRuns, failingSwaps } from '../scenarios/dynamodb-restore/swap-faults';
import { progressIn } from './progress-file';

const SAVED_EVERY = 25;

/** How far the command has come, and what it found. */
interface Progress {
  seeds: number;
  /** Seeds with a person who acts during the run. */
  visited: number;
  broken: string[];
}

/**
 * `npm run swap-seeds`: swaps in which one to four things go wrong at random while a janitor, a protector, a tagger, a
 * writer or a deleter works in the account. It writes down how far it came, and continues from there; a seed that breaks a
 * promise is shown at once.
 */
async function main(): Promise<void> {
  const program = new Command('npm run swap-seeds --')
    .description('Swaps tables while things go wrong at random, and people work in the account.')
    .option('--seeds <N>', 'how many runs', count, 10_000)
    .option('--progress <FILE>', 'where it writes down how far it came; it continues from there', '.swap-seeds.json');
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const wanted = program.opts();
  const { progress, save } = progressIn<Progress>(wanted.progress, { seeds: 0, visited: 0, broken: [] });
  const runs = await cleanRuns();
  while (progress.seeds < wanted.seeds) {
    const seed = progress.seeds + 1;
    const item = randomCase(seed, runs);
    const broken = (await failingSwaps([item], seed)).map((what) => `seed ${seed}: ${what}`);
    for (const what of broken) process.stderr.write(`${what}\n`);
    progress.broken.push(...broken);
    progress.visited += item.visit ? 1 : 0;
    progress.seeds = seed;
    if (seed % SAVED_EVERY === 0 || broken.length > 0) save();
  }
  save();
  const { seeds, visited, broken } = progress;
  console.log(`${seeds} seeds, ${visited} of them with a person: ${broken.length} with a broken promise`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
