import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, smallSchemas } from '../../esbuild.config';
import { buildCommandLine } from '../command-line-bundle';
import { median } from './median';
import type { Table } from './table';

const ROUNDS = 9;
const PROCESSOR_ROUNDS = 20;

interface Way {
  name: string;
  command: string[];
  milliseconds: number[];
  /** Of the processor, user and system. */
  processorMilliseconds?: number;
}

/** How soon the command line says something: as it is built, in one file, from its sources, and Node.js alone. */
export async function benchFirstOutput(): Promise<Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'first-output-'));
  try {
    const inParts = await buildCommandLine(join(folder, 'parts'));
    const inOneFile = join(folder, 'backup-workflows.cjs');
    const settings = { ...bundleSettings, plugins: [smallSchemas], entryPoints: ['cli/main.ts'] };
    await build({ ...settings, outfile: inOneFile, logLevel: 'error' });
    const node = process.execPath;
    const ways: Way[] = [
      { name: 'Node.js alone', command: [node, '-e', 'console.log(1)'], milliseconds: [] },
      { name: 'built, in parts', command: [node, inParts, '--help'], milliseconds: [] },
      { name: 'built, in one file', command: [node, inOneFile, '--help'], milliseconds: [] },
      {
        name: 'from its sources',
        command: [resolve('node_modules/.bin/tsx'), 'cli/main.ts', '--help'],
        milliseconds: [],
      },
    ];
    // Round by round, so that a busy moment of the machine hits all of them.
    for (let round = 0; round < ROUNDS; round += 1)
      for (const way of ways) way.milliseconds.push(await firstOutput(way.command));
    for (const way of ways) way.processorMilliseconds = processorTime(way.command);
    const least = ways[0] ? median(ways[0].milliseconds) : 1;
    const leastOfProcessor = ways[0]?.processorMilliseconds ?? 1;
    return [
      {
        title: 'First output of the command line',
        columns: [
          'way',
          'first output (ms)',
          'times Node.js alone',
          'processor (ms)',
          'times Node.js alone, processor',
        ],
        rows: ways.map(({ name, milliseconds, processorMilliseconds = 0 }) => {
          const time = median(milliseconds);
          return [
            name,
            Math.round(time),
            Math.round((time / least) * 10) / 10,
            Math.round(processorMilliseconds),
            Math.round((processorMilliseconds / leastOfProcessor) * 100) / 100,
          ];
        }),
        notes: [
          `From the start of the process to the first byte of --help; median of ${ROUNDS}, node ${process.version}.`,
          `Processor: user and system time of the whole process, mean of ${PROCESSOR_ROUNDS}, which other work on the machine hardly changes.`,
        ],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of the processor that a command takes, as bash counts those of its children. */
function processorTime(command: string[]): number {
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const script = `for i in {1..${PROCESSOR_ROUNDS}}; do ${words} >/dev/null; done; times`;
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  const times = [...(stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return (seconds * 1000) / PROCESSOR_ROUNDS;
}

function firstOutput([program = '', ...args]: string[]): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.stdout.once('data', () => done(Number(process.hrtime.bigint() - startedAt) / 1e6));
    child.stdout.resume();
  });
}
