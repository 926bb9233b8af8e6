import { Command } from '@commander-js/extra-typings';
import { count, give, readCommandLine } from '../cli/command-line';
import { lockModel } from '../docs/models/lock';
import { check } from '../scenarios/models/checker';
import { replayLock } from '../scenarios/models/replay-lock';

/** How many traces share an account: its journal of calls grows. */
const SHARED = 100;

/**
 * `npm run models`: looks at every state of the models in docs/models that so many steps lead to, looks for a
 * counterexample with each seeded bug, and replays random traces in the simulated account.
 */
async function main(): Promise<void> {
  const program = new Command('npm run models --')
    .description('Checks the models of docs/models, and replays their traces in the simulated account.')
    .option('--depth <N>', 'how many steps the check looks ahead', count, 14)
    .option('--traces <N>', 'how many traces are replayed', count, 1000);
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const { depth, traces } = program.opts();
  const { states, counterexample } = check(lockModel, depth);
  console.log(`lock: ${states} states within ${depth} steps, ${counterexample?.join(' → ') ?? 'no counterexample'}`);
  const missed = lockModel.bugs.filter((bug) => {
    const found = check(lockModel, depth, bug);
    console.log(`  ${bug}: ${found.counterexample?.join(' → ') ?? 'NOT FOUND'}`);
    return !found.counterexample;
  });
  const different: string[] = [];
  for (let first = 1; first <= traces; first += SHARED)
    different.push(
      ...(await replayLock(Array.from({ length: Math.min(SHARED, traces - first + 1) }, (_, index) => first + index))),
    );
  console.log(`  ${traces} traces replayed, ${different.length} with another state`);
  for (const what of different.slice(0, 10)) console.log(`  ${what}`);
  process.exitCode = counterexample || missed.length > 0 || different.length > 0 ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
