import { readFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { afterHelp, count, give, readCommandLine } from '../cli/command-line';
import { duration } from '../cli/render/report';
import { DEFECTS, type Defect, withDefect } from '../scenarios/random-runs/defects';
import { ALL_KINDS } from '../scenarios/random-runs/kinds/all';
import { promiseOf } from '../scenarios/random-runs/promises';
import { shrink } from '../scenarios/random-runs/shrink';
import { brokenIn, drawSituation, type Kind, type Situation } from '../scenarios/random-runs/situation';
import { progressIn } from './progress-file';

const SAVED_EVERY = 20;

/** A seed that broke a promise. */
interface Found {
  seed: number;
  what: string[];
  /** The smallest situation that still breaks the same promise. */
  situation: Situation;
}

/** How far the command has come, and what it found. */
interface Progress {
  from: number;
  done: number;
  /** Runs by workflow. */
  runs: Record<string, number>;
  seconds: number;
  found: Found[];
}

/**
 * `npm run random-runs`: runs of every workflow in which anything is left to chance that may be: faults, doubts, clocks,
 * how jobs of AWS end, people who stop the run or work beside it. It writes down how far it came, and continues there.
 */
async function main(): Promise<void> {
  const program = new Command('npm run random-runs --')
    .description('Runs every workflow with whatever may go wrong, at random, and says which promise does not hold.')
    .option('--runs <N>', 'how many', count, 4000)
    .option('--from <SEED>', 'the first seed', count, 1)
    .option('--workflow <NAME>', 'of this workflow only')
    .option('--situation <FILE>', 'one run, of a situation (JSON) that was found')
    .option(
      '--defect <PROMISE>',
      'plants the mistake that breaks this promise (all: one after the other) until a run finds it',
    )
    .option('--progress <FILE>', 'where it writes down how far it came; it continues from there', '.random-runs.json')
    .addHelpText(
      'after',
      afterHelp('npm run random-runs -- --runs 100 --workflow efs-backup', {
        ok: 'every promise held',
        failed: 'one did not',
      }),
    );
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const { situation, runs, from, workflow, progress, defect } = program.opts();
  const kinds = ALL_KINDS.filter((kind) => !workflow || kind.workflow === workflow);
  if (situation) return runOne(JSON.parse(readFileSync(situation, 'utf8')) as Situation);
  if (defect) return findDefects(defect, kinds, from, runs);
  return search(kinds, from, runs, progress);
}

/** Plants mistakes one after the other, and says which run found each. */
async function findDefects(wanted: string, kinds: readonly Kind[], from: number, runs: number): Promise<void> {
  const defects = DEFECTS.filter(({ promise }) => wanted === 'all' || promise === wanted);
  if (defects.length === 0)
    throw new Error(`No mistake is planted against "${wanted}": ${DEFECTS.map(({ promise }) => promise).join(', ')}`);
  for (const defect of defects) {
    const found = await firstThatFinds(defect, kinds, from, runs);
    console.log(`${defect.promise}: ${found ?? `not found in ${runs} runs`}`);
    if (!found) process.exitCode = 1;
  }
}

async function firstThatFinds(
  defect: Defect,
  kinds: readonly Kind[],
  from: number,
  runs: number,
): Promise<string | undefined> {
  for (let run = 1; run <= runs; run += 1) {
    const situation = await drawSituation(from + run - 1, kinds);
    const broken = await withDefect(defect, () => brokenIn(situation, kinds));
    const what = broken.find((each) => promiseOf(each) === defect.promise);
    if (what) return `found by run ${run}, of ${situation.workflow}: ${what}`;
  }
  return undefined;
}

async function runOne(situation: Situation): Promise<void> {
  const broken = await brokenIn(situation, ALL_KINDS);
  for (const what of broken) console.log(`${promiseOf(what)}: ${what}`);
  console.log(broken.length > 0 ? 'A promise does not hold.' : 'Every promise holds.');
  process.exitCode = broken.length > 0 ? 1 : 0;
}

async function search(kinds: readonly Kind[], from: number, runs: number, file: string): Promise<void> {
  const { progress, save } = progressIn<Progress>(file, { from, done: 0, runs: {}, seconds: 0, found: [] });
  if (progress.from !== from) throw new Error(`${file} is of a search from ${progress.from} on: give another file.`);
  while (progress.done < runs) {
    const startedAt = process.hrtime.bigint();
    const seed = from + progress.done;
    const situation = await drawSituation(seed, kinds);
    const what = await brokenIn(situation, kinds);
    if (what.length > 0) {
      const found = { seed, what, situation: await smallest(situation, what, kinds) };
      progress.found.push(found);
      process.stderr.write(`${JSON.stringify(found)}\n`);
    }
    progress.done += 1;
    progress.runs[situation.workflow] = (progress.runs[situation.workflow] ?? 0) + 1;
    progress.seconds += Number(process.hrtime.bigint() - startedAt) / 1e9;
    if (progress.done % SAVED_EVERY === 0 || what.length > 0) save();
  }
  save();
  for (const [name, number] of Object.entries(progress.runs)) console.log(`${name}: ${number}`);
  console.log(
    `${progress.done} runs in ${duration(Math.round(progress.seconds))}: ${progress.found.length} broke a promise`,
  );
  process.exitCode = progress.found.length > 0 ? 1 : 0;
}

/** Breaks the promise that the whole situation breaks first. */
function smallest(situation: Situation, what: string[], kinds: readonly Kind[]): Promise<Situation> {
  const [promise] = what.map(promiseOf);
  return shrink(situation, async (smaller) =>
    (await brokenIn(smaller, kinds)).map(promiseOf).includes(promise ?? 'told-once'),
  );
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
