import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileShim } from '../scenarios/worker/shim';
import { asMarkdown, asText } from './bench/table';
import { benchKills } from './bench-worker/kills';
import { benchRace } from './bench-worker/race';
import { benchGrowth, benchSpeed, type Rival, type Shape } from './bench-worker/speed';

const USAGE = `usage: npm run bench:worker -- [--shape SHAPE] [--files N] [--latent-files N] [--rounds N] [--threads N] [--against WHAT] [--markdown]
       npm run bench:worker -- --growth N,N,... | --kills N [--seed N] [--log FILE] | --race MINUTES
  --shape SHAPE     small (50 files a directory), flat, deep, large (2 files of 256 MiB); default small
  --files N         files on the local disk; default 100000, 0 for none
  --latent-files N  files with the latency of EFS; default 10000 (a plain rsync needs 15 minutes for them), 0 for none
  --rounds N        interleaved rounds, of which the median counts; default 3
  --threads N       of the worker and of fpsync; default 32, as on an instance with two vCPUs
  --against WHAT    of rsync, links (cp -al and rsync), passes (the predecessor's), tar, archives (rclone, restic, borg), with commas; all or none; default all
  --growth N,N,...  instead: what ever more files cost
  --kills N         instead: kill N actions of every kind at random instants and look at what is left
  --log FILE        note the rounds of kills there; the same command goes on after them when it was stopped
  --race MINUTES    instead: let a user swap his directories for links during all actions`;

const RIVALS: Rival[] = ['rsync', 'links', 'passes', 'tar', 'archives'];
const SHAPES: Shape[] = ['small', 'flat', 'deep', 'large'];

/** `npm run bench:worker`: measures the worker of efs-to-efs on real directories, against what a user would take instead. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      shape: { type: 'string', default: 'small' },
      files: { type: 'string', default: '100000' },
      'latent-files': { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '3' },
      threads: { type: 'string', default: '32' },
      against: { type: 'string', default: 'all' },
      growth: { type: 'string' },
      kills: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      log: { type: 'string' },
      race: { type: 'string', default: '0' },
      markdown: { type: 'boolean', default: false },
    },
  });
  const against = rivalsIn(values.against);
  const shape = SHAPES.find((each) => each === values.shape);
  const numbers = [values.files, values['latent-files'], values.rounds, values.threads, values.kills, values.seed];
  const [files, latentFiles, rounds, threads, kills, seed] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const minutes = Number(values.race);
  const sizes = (values.growth ?? '').split(',').filter(Boolean).map(Number);
  const isWhole = [files, latentFiles, rounds, threads, kills, seed, ...sizes].every(
    (value) => Number.isInteger(value) && value >= 0,
  );
  if (!against || !shape || !isWhole || !(minutes >= 0)) throw new Error(USAGE);
  const folder = mkdtempSync(join(tmpdir(), 'bench-worker-'));
  try {
    const shim = compileShim(folder);
    const print = values.markdown ? asMarkdown : asText;
    if (kills > 0) return console.log(print(await benchKills(kills, seed, values.log, shim)));
    if (minutes > 0) return console.log(print(await benchRace(minutes)));
    if (sizes.length > 0) return console.log(print(benchGrowth(sizes, threads)));
    if (!shim)
      throw new Error('The bench needs a C compiler (cc): it counts calls, and injects latency, by a library.');
    console.log(`${cpus().length} x ${cpus()[0]?.model.trim()}, ${new Date().toISOString().slice(0, 10)}\n`);
    const settings = { shape, threads, rounds, against };
    if (files > 0) console.log(print(benchSpeed({ ...settings, files, isLatent: false }, shim)));
    if (latentFiles > 0) console.log(print(benchSpeed({ ...settings, files: latentFiles, isLatent: true }, shim)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rivalsIn(text: string): Rival[] | undefined {
  if (text === 'all') return RIVALS;
  if (text === 'none') return [];
  const found = text.split(',').map((name) => RIVALS.find((rival) => rival === name));
  return found.every((rival) => rival !== undefined) ? (found as Rival[]) : undefined;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
