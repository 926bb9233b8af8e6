import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { count, give, readCommandLine } from '../cli/command-line';
import { allMutants, nearestTests } from './mutants/deciding-files';
import type { Mutant } from './mutants/mutant';
import { MutantRunner } from './mutants/mutant-runner';
import { onceMissed } from './mutants/once-missed';
import { type Result, resultsIn, scoreOf } from './mutants/results';
import { inRandomOrder, SAMPLE_SIZE } from './mutants/sample';

const ROOT = join(__dirname, '..');
const RESULTS = join(ROOT, 'scripts/mutants/results.jsonl');

/**
 * `npm run mutants`: makes small changes of the lines that decide, one at a time in a copy of the project, and runs the
 * tests nearest to each. A result stands in a committed file and holds as long as what is around the change is as it was; a
 * later call of the command continues with what has none.
 */
async function main(): Promise<void> {
  const program = new Command('npm run mutants --')
    .description('Changes lines that decide, and looks whether the tests nearest to them notice.')
    .option('--sample <N>', 'how many mutants of the random order have to have a result', count, SAMPLE_SIZE)
    .option('--file <TEXT>', 'only mutants of files whose path has this in it, all of them')
    .option('--recent <N>', 'so many of those noticed before, of the files that were changed last', count)
    .option('--seconds <N>', 'begin no further mutant after this time', count, 1_000_000)
    .option('--parallel <N>', 'how many at a time', count, 1)
    .option('--once-missed', 'only the changes that all tests once let pass')
    .option('--list', 'only say what there is')
    .option('--again', 'run survivors again, as tests may have been added');
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const wanted = program.opts();
  const mutants = allMutants(ROOT);
  const { results, note } = resultsIn(RESULTS);
  const sample = inRandomOrder(mutants).slice(0, wanted.sample);
  const { recent } = wanted;
  const noticed = mutants.filter(({ id }) => results.get(id)?.by);
  const chosen = chooseFrom(recent ? noticed : mutants, sample, wanted);
  if (wanted.list) {
    for (const { id, file: of, line, what } of chosen)
      console.log(`${id} ${results.get(id)?.outcome ?? '-'} ${of}:${line} ${what}`);
    console.log(`${mutants.length} mutants of ${new Set(mutants.map((one) => one.file)).size} files`);
    return;
  }
  const isOpen = ({ id }: Mutant) => !results.has(id) || (wanted.again && results.get(id)?.outcome === 'survived');
  const open = recent ? chosen : chosen.filter(isOpen);
  const unnoticed: Result[] = [];
  await inTurns(open, wanted.parallel, wanted.seconds, async (mutant, runner) => {
    const known = results.get(mutant.id);
    const [tests, title] =
      recent && known?.by ? [[known.by[0]], known.by[1]] : [nearestTests(ROOT, mutant.file), undefined];
    const result = await runner.run(mutant, likelyFirst(tests, mutant, results), title);
    if (!recent) note({ ...result, ...(known?.reason && result.outcome === 'survived' && { reason: known.reason }) });
    if (result.outcome === 'survived' && !known?.reason) unnoticed.push(result);
    console.log(`${result.outcome} ${mutant.file}:${mutant.line} ${mutant.what} ${result.by?.join(' ') ?? ''}`);
  });
  if (!recent)
    console.log(
      JSON.stringify({ mutants: mutants.length, sample: scoreOf(sample, results), chosen: scoreOf(chosen, results) }),
    );
  // A sample is measured; of what was changed last, nothing that was noticed before may pass.
  if (recent && unnoticed.some(({ id }) => results.has(id) && results.get(id)?.outcome !== 'survived'))
    process.exitCode = 1;
}

function chooseFrom(
  mutants: Mutant[],
  sample: Mutant[],
  { file, recent, onceMissed: isOnceMissed }: { file?: string; recent?: number; onceMissed?: true },
): Mutant[] {
  if (isOnceMissed) return onceMissed(ROOT);
  if (recent) return ofRecentFiles(mutants, recent);
  return file ? mutants.filter((one) => one.file.includes(file)) : sample;
}

/** Test files that have noticed mutants of this file come first. */
function likelyFirst(tests: string[], { file }: Mutant, results: Map<string, Result>): string[] {
  const noticed = [...results.values()].filter((one) => one.file === file && one.by);
  const times = (test: string) => noticed.filter(({ by }) => by?.[0] === test).length;
  return [...tests].sort((one, other) => times(other) - times(one));
}

/** Mutants of the files that were changed last, as many of each as of the next. */
function ofRecentFiles(mutants: Mutant[], most: number): Mutant[] {
  const { stdout } = spawnSync('git', ['log', '-n', '300', '--name-only', '--format='], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = [...new Set(stdout.split('\n'))].filter((file) => mutants.some((mutant) => mutant.file === file));
  const head = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout;
  return files
    .flatMap((file) =>
      inRandomOrder(
        mutants.filter((mutant) => mutant.file === file),
        head,
      ).slice(0, 2),
    )
    .slice(0, most);
}

/** Runs work for each mutant, so many at a time, each in a copy of its own. */
async function inTurns(
  mutants: Mutant[],
  parallel: number,
  seconds: number,
  work: (mutant: Mutant, runner: MutantRunner) => Promise<void>,
): Promise<void> {
  const queue = [...mutants];
  const endsAt = Date.now() + seconds * 1000;
  const turns = Array.from({ length: Math.min(parallel, queue.length) }, async () => {
    const runner = new MutantRunner(ROOT);
    try {
      for (let mutant = queue.shift(); mutant && Date.now() < endsAt; mutant = queue.shift())
        await work(mutant, runner);
    } finally {
      runner.close();
    }
  });
  await Promise.all(turns);
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
