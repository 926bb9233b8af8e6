import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { count, give, namesAmong, numberFrom, readCommandLine, wholeNumber, wholeNumbers } from '../cli/command-line';
import { compileShim } from '../scenarios/worker/shim';
import { asMarkdown, asText } from './bench/table';
import { benchKills } from './bench-worker/kills';
import { benchRace } from './bench-worker/race';
import { benchGrowth, benchSpeed, type Rival, type Shape } from './bench-worker/speed';

const RIVALS: Rival[] = ['rsync', 'links', 'passes', 'tar', 'archives'];
const SHAPES: Shape[] = ['small', 'flat', 'deep', 'large'];

/** `npm run bench:worker`: measures the worker of efs-to-efs on real directories, against what a user would take instead. */
async function main(): Promise<void> {
  const program = new Command('npm run bench:worker --')
    .description(
      'Measures the worker of efs-to-efs on real directories: its speed against what a user would take instead, or, with --growth, --kills or --race, one of these alone.',
    )
    .addOption(
      new Option('--shape <SHAPE>', 'small (50 files a directory), flat, deep, large (2 files of 256 MiB)')
        .choices(SHAPES)
        .default('small' as const),
    )
    .option('--files <N>', 'files on the local disk, 0 for none', count, 100_000)
    .option(
      '--latent-files <N>',
      'files with the latency of EFS (a plain rsync needs 15 minutes for the default), 0 for none',
      count,
      10_000,
    )
    .option('--rounds <N>', 'interleaved rounds, of which the median counts', wholeNumber, 3)
    .option('--threads <N>', 'of the worker and of fpsync; as on an instance with two vCPUs', wholeNumber, 32)
    .option(
      '--against <WHAT>',
      "of rsync, links (cp -al and rsync), passes (the predecessor's), tar, archives (rclone, restic, borg), with commas; or none (default: all)",
      (text) => (text === 'none' ? [] : namesAmong(RIVALS)(text)),
      RIVALS,
    )
    .option('--growth <N,N>', 'instead: what ever more files cost', wholeNumbers, [])
    .option(
      '--kills <N>',
      'instead: kill N actions of every kind at random instants and look at what is left',
      count,
      0,
    )
    .option('--seed <N>', 'of the kills', count, 1)
    .option('--log <FILE>', 'write the rounds of kills there; the same command continues after them')
    .option(
      '--race <MINUTES>',
      'instead: let a user swap his directories for links during all actions',
      numberFrom(0.01, 1440),
    )
    .option('--markdown', 'print the tables as Markdown');
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const { files, latentFiles, growth, kills, seed, log, race, markdown, ...settings } = program.opts();
  const { threads } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'bench-worker-'));
  try {
    const shim = compileShim(folder);
    const print = markdown ? asMarkdown : asText;
    if (kills > 0) return console.log(print(await benchKills(kills, seed, log, shim)));
    if (race !== undefined) return console.log(print(await benchRace(race)));
    if (growth.length > 0) return console.log(print(benchGrowth(growth, threads)));
    if (!shim)
      throw new Error('The bench needs a C compiler (cc): it counts calls, and injects latency, by a library.');
    console.log(`${cpus().length} x ${cpus()[0]?.model.trim()}, ${new Date().toISOString().slice(0, 10)}\n`);
    if (files > 0) console.log(print(benchSpeed({ ...settings, files, isLatent: false }, shim)));
    if (latentFiles > 0) console.log(print(benchSpeed({ ...settings, files: latentFiles, isLatent: true }, shim)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
