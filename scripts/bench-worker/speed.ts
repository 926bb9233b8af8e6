import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Directories } from '../../scenarios/worker/directories';
import type { Shim } from '../../scenarios/worker/shim';
import type { Table } from '../bench/table';

const FILES_PER_DIRECTORY = 50;
const CHANGED_EVERY = 100;
/** So that no file's ctime is of the second in which the walk begins: those are looked at again by the next run. */
const SETTLE_SECONDS = '2';
/** What EFS takes for a metadata call and a write: Regional, Elastic throughput (docs.aws.amazon.com/efs, performance). */
const AS_ON_EFS = { metadataMicroseconds: 1000, writeMicroseconds: 2700, isNfs41: true };

/** What the worker is measured against: one plain rsync, and the passes of its predecessor. */
export type Rival = 'rsync' | 'passes';

interface Subject {
  name: string;
  first: (source: string) => [string, string[]][];
  next: (source: string) => [string, string[]][];
}

interface Measure {
  seconds: number;
  metadataCalls: number;
}

/**
 * Copies `files` small files, changes 1 % and copies again: with the worker and with each of `against`, one plain rsync
 * and the three passes of the predecessor (AWS's efs-backup: link copy and copy by fpsync, then a serial delete pass).
 */
export function benchSpeed(files: number, threads: number, isLatent: boolean, against: Rival[], shim: Shim): Table {
  const directories = new Directories();
  try {
    makeFiles(directories.source, files);
    spawnSync('sleep', [SETTLE_SECONDS]);
    const settings = { root: directories.root, ...(isLatent ? AS_ON_EFS : {}) };
    const rivals = { rsync: () => [plainRsync(directories)], passes: () => threePasses(directories, threads) };
    const subjects = [ours(directories, threads), ...against.flatMap((rival) => rivals[rival]())];
    const measure = (commands: [string, string[]][]): Measure => {
      spawnSync('sync');
      const env = { ...process.env, ...shim.environment(settings) };
      const started = performance.now();
      for (const [command, args] of commands) {
        const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8', maxBuffer: 2 ** 30 });
        if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr.slice(-1000)}`);
      }
      return { seconds: (performance.now() - started) / 1000, metadataCalls: shim.counts().metadataCalls };
    };
    const first = subjects.map(({ first }) => measure(first(directories.source)));
    for (let file = 0; file < files; file += CHANGED_EVERY) appendFileSync(nameOf(directories.source, file), 'more\n');
    spawnSync('sleep', [SETTLE_SECONDS]);
    const next = subjects.map(({ next }) => measure(next(directories.source)));
    const isLacking = subjects.length <= against.length;
    return table(files, threads, isLatent, isLacking, subjects, first, next);
  } finally {
    directories.remove();
  }
}

function ours(directories: Directories, threads: number): Subject {
  const run = () => [directories.command(directories.backupRequest({ threads, verifySampleFiles: 0 }))];
  return { name: 'worker', first: run, next: run };
}

function plainRsync({ destination }: Directories): Subject {
  const copy = (index: number) => join(destination, `plain.${index}`);
  return {
    name: 'rsync -aH --link-dest',
    first: (source) => [['rsync', ['-aH', `${source}/`, copy(1)]]],
    next: (source) => [['rsync', ['-aH', `--link-dest=${copy(1)}`, `${source}/`, copy(0)]]],
  };
}

/**
 * What the predecessor runs, with -lptgoD for -a, which fpsync does not take any more: it gives rsync lists of files.
 * Not there without fpsync (apt-get install fpart).
 */
function threePasses({ destination }: Directories, threads: number): Subject[] {
  if (spawnSync('fpsync', ['-h'], { stdio: 'ignore' }).error) return [];
  const label = join(destination, 'predecessor');
  const copy = (index: number) => `${join(label, `daily.${index}`)}/`;
  const work = mkdtempSync(join(tmpdir(), 'fpsync-'));
  mkdirSync(copy(0), { recursive: true });
  const fpsync = (options: string, from: string, to: string): [string, string[]] => [
    'fpsync',
    ['-n', `${threads}`, '-t', work, '-v', '-o', options, from, to],
  ];
  const deletePass = (source: string): [string, string[]] => [
    'rsync',
    ['-r', '--delete', '--existing', '--ignore-existing', '--ignore-errors', `${source}/`, copy(0)],
  ];
  const copyPass = (source: string) => fpsync('-lptgoD -v --numeric-ids', `${source}/`, copy(0));
  return [
    {
      name: 'three passes',
      first: (source) => [copyPass(source), deletePass(source)],
      next: (source) => [
        fpsync('-lptgoD -v --link-dest=../daily.0', copy(0), copy(1)),
        copyPass(source),
        deletePass(source),
        ['rm', ['-rf', work]],
      ],
    },
  ];
}

function table(
  files: number,
  threads: number,
  isLatent: boolean,
  isLacking: boolean,
  subjects: Subject[],
  first: Measure[],
  next: Measure[],
): Table {
  const [worker] = [first[0], next[0]];
  const rows = subjects.map(({ name }, index) => {
    const [begin, again] = [first[index], next[index]];
    if (!worker || !begin || !again || !next[0]) throw new Error('A subject was not measured.');
    const unchanged = files - Math.ceil(files / CHANGED_EVERY);
    return [
      name,
      begin.seconds,
      `${(begin.seconds / worker.seconds).toFixed(2)} x`,
      again.seconds,
      `${(again.seconds / next[0].seconds).toFixed(2)} x`,
      again.metadataCalls / unchanged,
    ];
  });
  return {
    title: `${files.toLocaleString('en-US')} small files, ${isLatent ? 'with the latency of EFS' : 'local disk'}`,
    columns: [
      'copied by',
      'first copy, s',
      'to the worker',
      '1 % changed, s',
      'to the worker',
      'metadata calls per unchanged file',
    ],
    rows,
    notes: [
      ...(isLatent
        ? [
            'As on EFS: 1 ms a metadata call, 2.7 ms a write, no extended attributes. fpart walks by calls inside of the C library, which are neither delayed nor counted: the three passes are a little slower in truth.',
          ]
        : []),
      `${threads} threads for the worker and for fpsync.${isLacking ? ' Without the three passes: fpsync is not installed here (apt-get install fpart).' : ''}`,
    ],
  };
}

function makeFiles(root: string, files: number): void {
  for (let file = 0; file < files; file += 1) {
    const name = nameOf(root, file);
    if (file % FILES_PER_DIRECTORY === 0) mkdirSync(join(name, '..'), { recursive: true });
    writeFileSync(name, `content of ${file}\n`.repeat(1 + (file % 20)));
  }
}

function nameOf(root: string, file: number): string {
  const directory = Math.floor(file / FILES_PER_DIRECTORY);
  return join(root, `area-${Math.floor(directory / 20)}`, `directory-${directory % 20}`, `file-${file}.txt`);
}
