import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchKills } from '../scenarios/worker/kills';
import { compileShim } from '../scenarios/worker/shim';
import { asMarkdown, asText } from './bench/table';
import { benchSpeed, type Rival } from './bench-worker/speed';

const USAGE = `usage: npm run bench:worker -- [--files N] [--latent-files N] [--threads N] [--against WHAT] [--kills N [--seed N]] [--markdown]
  --files N         small files on the local disk; default 100000, 0 for none
  --latent-files N  small files with the latency of EFS; default 10000 (a plain rsync needs 15 minutes for them), 0 for none
  --threads N       of the worker and of fpsync; default 32, as on an instance with two vCPUs
  --against WHAT    rsync, passes (the predecessor's), none; default all
  --kills N         instead: kill N backups at random instants and look at what is left`;

const AGAINST: Record<string, Rival[]> = {
  all: ['rsync', 'passes'],
  rsync: ['rsync'],
  passes: ['passes'],
  none: [],
};

/** `npm run bench:worker`: measures the worker of efs-to-efs on real directories, against rsync and its predecessor. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '100000' },
      'latent-files': { type: 'string', default: '10000' },
      threads: { type: 'string', default: '32' },
      against: { type: 'string', default: 'all' },
      kills: { type: 'string' },
      seed: { type: 'string', default: '1' },
      markdown: { type: 'boolean', default: false },
    },
  });
  const against = AGAINST[values.against];
  const [files, latentFiles, threads, kills, seed] = [
    values.files,
    values['latent-files'],
    values.threads,
    values.kills ?? '0',
    values.seed,
  ].map(Number) as [number, number, number, number, number];
  if (!against || ![files, latentFiles, threads, kills, seed].every((value) => Number.isInteger(value) && value >= 0))
    throw new Error(USAGE);
  const folder = mkdtempSync(join(tmpdir(), 'bench-worker-'));
  try {
    const shim = compileShim(folder);
    const print = values.markdown ? asMarkdown : asText;
    if (kills > 0) return console.log(print(await benchKills(kills, seed, shim)));
    if (!shim)
      throw new Error('The bench needs a C compiler (cc): it counts calls, and injects latency, by a library.');
    console.log(`${cpus().length} x ${cpus()[0]?.model.trim()}, ${new Date().toISOString().slice(0, 10)}\n`);
    if (files > 0) console.log(print(benchSpeed(files, threads, false, against, shim)));
    if (latentFiles > 0) console.log(print(benchSpeed(latentFiles, threads, true, against, shim)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
