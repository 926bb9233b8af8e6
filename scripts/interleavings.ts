import { Command } from '@commander-js/extra-typings';
import { count, give, readCommandLine } from '../cli/command-line';
import { brokenBy } from '../scenarios/item-restore/faults';
import { interleave, SHARED } from '../scenarios/item-restore/interleavings';
import { MIXED, overwritten } from '../scenarios/item-restore/items';
import { drawDoubts } from '../simulator/doubts';
import { progressIn } from './progress-file';

/** How far the command has come, and what it found. */
interface Progress {
  applied: number;
  runs: number;
  /** Writes of the application that came in between. */
  met: number;
  /** Interleavings in which writing without conditions lost later writes, and how many it lost. */
  lossyInterleavings: number;
  lostByUnconditional: number;
  broken: string[];
}

/**
 * `npm run interleavings`: random interleavings of the writes of
 * dynamodb-item-restore with an application and with faults, and of whole runs. It writes down how far it came, and
 * continues from there.
 */
async function main(): Promise<void> {
  const program = new Command('npm run interleavings --')
    .description(
      'Interleaves the writes of dynamodb-item-restore at random with an application and with faults, and whole runs.',
    )
    .option('--apply <N>', 'how many interleavings of the writes', count, 10_000)
    .option('--runs <N>', 'how many whole runs', count, 500)
    .option(
      '--progress <FILE>',
      'where it writes down how far it came; it continues from there',
      '.interleavings.json',
    );
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const wanted = program.opts();
  const { progress, save } = progressIn<Progress>(wanted.progress, {
    applied: 0,
    runs: 0,
    met: 0,
    lossyInterleavings: 0,
    lostByUnconditional: 0,
    broken: [],
  });
  while (progress.applied < wanted.apply) {
    const count = Math.min(SHARED, wanted.apply - progress.applied);
    for (const { broken, met, lostByUnconditional } of await interleave(seedsFrom(progress.applied, count))) {
      progress.met += met;
      progress.lostByUnconditional += lostByUnconditional;
      progress.lossyInterleavings += lostByUnconditional > 0 ? 1 : 0;
      progress.broken.push(...broken);
    }
    progress.applied += count;
    save();
  }
  while (progress.runs < wanted.runs) {
    progress.runs += 1;
    progress.broken.push(...(await wholeRun(progress.runs)).map((what) => `run ${progress.runs}: ${what}`));
    if (progress.runs % 10 === 0) save();
  }
  save();
  console.log(
    JSON.stringify({ ...progress, broken: progress.broken.slice(0, 20), brokenCount: progress.broken.length }, null, 2),
  );
  process.exitCode = progress.broken.length > 0 ? 1 : 0;
}

function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index + 1);
}

/** A run with a busy application, any behaviour of every doubt, and in two of three cases an abort at some write. */
function wholeRun(seed: number): Promise<string[]> {
  const OnConflict = ['Skip', 'Overwrite', 'Merge'][seed % 3];
  const abortedAt = seed % 3 === 0 ? undefined : { write: 1 + (seed % 5) };
  const pasts = [...MIXED, overwritten('x'), overwritten('y'), overwritten('z')];
  const input = { OnConflict, MaxWritesPerSecond: 1 + (seed % 4) };
  return brokenBy({ pasts, input, seed, doubts: drawDoubts(seed), isBusy: true, ...(abortedAt && { abortedAt }) });
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
