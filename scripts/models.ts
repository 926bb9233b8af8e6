import { Command } from '@commander-js/extra-typings';
import { count, give, readCommandLine } from '../cli/command-line';
import { lockModel } from '../docs/models/lock';
import { swapModel } from '../docs/models/swap';
import { waitModel } from '../docs/models/wait';
import { check, type Model } from '../scenarios/models/checker';
import { replayLock } from '../scenarios/models/replay-lock';
import { replaySwap } from '../scenarios/models/replay-swap';
import { replayWait } from '../scenarios/models/replay-wait';

/** How many traces share an account: its journal of calls grows. */
const SHARED = 100;
const MODELS = [
  { name: 'lock', model: lockModel as Model<unknown>, replay: replayLock },
  { name: 'wait', model: waitModel as Model<unknown>, replay: replayWait },
  // It has few states, and its ways are long: all of it is looked at.
  { name: 'swap', model: swapModel as Model<unknown>, replay: replaySwap, wholeDepth: 60 },
];

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
  for (const { name, model, replay, wholeDepth } of MODELS) {
    const steps = wholeDepth ?? depth;
    const { states, counterexample } = check(model, steps);
    console.log(
      `${name}: ${states} states within ${steps} steps, ${counterexample?.join(' → ') ?? 'no counterexample'}`,
    );
    let isGood = !counterexample;
    for (const bug of model.bugs) {
      const found = check(model, steps, bug).counterexample;
      console.log(`  ${bug}: ${found?.join(' → ') ?? 'NOT FOUND'}`);
      isGood &&= found !== undefined;
    }
    const different: string[] = [];
    for (let first = 1; first <= traces; first += SHARED) {
      const seeds = Array.from({ length: Math.min(SHARED, traces - first + 1) }, (_, index) => first + index);
      different.push(...(await replay(seeds)));
    }
    console.log(`  ${traces} traces replayed, ${different.length} with another state`);
    for (const what of different.slice(0, 10)) console.log(`  ${what}`);
    if (!isGood || different.length > 0) process.exitCode = 1;
  }
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
