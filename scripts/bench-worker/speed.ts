import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Directories, python } from '../../scenarios/worker/directories';
import type { Shim } from '../../scenarios/worker/shim';
import type { Table } from '../bench/table';
import { type Measure, measure, medianOf } from './measure';

const FILES_PER_DIRECTORY = 50;
const CHANGED_EVERY = 100;
const DEPTH = 40;
const LARGE_FILES = 2;
const LARGE_MEBIBYTES = 256;
/** So that no file's ctime is of the second in which the walk begins: those are looked at again by the next run. */
const SETTLE_SECONDS = '2';
/** What EFS takes for a metadata call and a write: Regional, Elastic throughput (docs.aws.amazon.com/efs, performance). */
const AS_ON_EFS = { metadataMicroseconds: 1000, writeMicroseconds: 2700, isNfs41: true };

type Command = [string, string[]];
type Action = 'first copy' | '1 % changed' | 'restore' | 'restore of one directory';
const ACTIONS: Action[] = ['first copy', '1 % changed', 'restore', 'restore of one directory'];

/** What the worker is measured against: what a user would take instead. */
export type Rival = 'rsync' | 'links' | 'passes' | 'tar' | 'archives';
export type Shape = 'small' | 'flat' | 'deep' | 'large';

interface Settings {
  shape: Shape;
  files: number;
  threads: number;
  rounds: number;
  isLatent: boolean;
  against: Rival[];
}

interface Subject {
  name: string;
  commands: Partial<Record<Action, (source: string) => Command[]>>;
}

/**
 * Copies files, changes 1 % and copies again, and restores them and one of their directories: with the worker and with
 * each of `against`, in interleaved rounds. Figures are medians; the ratios are times the worker's.
 */
export function benchSpeed(settings: Settings, shim: Shim): Table {
  const { shape, files, rounds, isLatent } = settings;
  const found = new Map<string, Measure[]>();
  const calls = new Map<string, number>();
  let subjects: Subject[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const directories = new Directories();
    try {
      const names = makeFiles(directories.source, shape, files);
      spawnSync('sleep', [SETTLE_SECONDS]);
      subjects = subjectsOf(settings, directories);
      const delays = { root: directories.root, ...(isLatent ? AS_ON_EFS : {}) };
      for (const action of ACTIONS) {
        if (action === '1 % changed') {
          for (const name of names.filter((_name, index) => index % CHANGED_EVERY === 0))
            appendFileSync(name, 'more\n');
          spawnSync('sleep', [SETTLE_SECONDS]);
        }
        for (const { name, commands } of subjects) {
          const command = commands[action]?.(directories.source);
          if (!command) continue;
          spawnSync('sync');
          const key = `${action} ${name}`;
          // Without the library where nothing is delayed: it would slow everything a little.
          const environment = isLatent ? shim.environment(delays) : {};
          found.set(key, [...(found.get(key) ?? []), measure(command, environment)]);
          if (isLatent) calls.set(key, shim.counts().metadataCalls / names.length);
        }
      }
    } finally {
      directories.remove();
    }
  }
  const rows = ACTIONS.flatMap((action) => {
    const ours = medianOf(found.get(`${action} worker`) ?? []);
    return subjects.flatMap(({ name }) => {
      const measures = found.get(`${action} ${name}`);
      if (!measures) return [];
      const { seconds, processorSeconds, mebibytes } = medianOf(measures);
      const ratio = (value: number, of: number) => (of > 0 ? (value / of).toFixed(2) : '-');
      const perFile = calls.get(`${action} ${name}`);
      return [
        [
          action,
          name,
          processorSeconds,
          ratio(processorSeconds, ours.processorSeconds),
          seconds,
          ratio(seconds, ours.seconds),
          mebibytes,
          ...(isLatent ? [perFile === undefined ? '-' : perFile.toFixed(2)] : []),
        ],
      ];
    });
  });
  return {
    title: `${titleOf(shape, files)}, ${isLatent ? 'with the latency of EFS' : 'local disk'}, ${rounds} rounds`,
    columns: [
      'action',
      'by',
      'processor, s',
      'to the worker',
      'wall, s',
      'to the worker',
      'memory, MiB',
      ...(isLatent ? ['metadata calls a file'] : []),
    ],
    rows,
    notes: [
      ...(isLatent
        ? [
            'As on EFS: 1 ms a metadata call, 2.7 ms a write, no extended attributes. fpart walks by calls inside of the C library, and programs in Go call the kernel themselves: those are neither delayed nor counted.',
          ]
        : []),
      `${settings.threads} threads for the worker and for fpsync. Memory is the most PSS of all processes at once, looked at every 20 ms.`,
    ],
  };
}

interface Grown {
  files: number;
  first: Measure;
  next: Measure;
}

/** What ever more files cost: the growth of time and memory, with its exponent. */
export function benchGrowth(sizes: number[], threads: number): Table {
  const measures = sizes.map((files): Grown => {
    const directories = new Directories();
    try {
      makeFiles(directories.source, 'small', files);
      spawnSync('sleep', [SETTLE_SECONDS]);
      const run = () => measure(ours(directories, threads).commands['first copy']?.(directories.source) ?? [], {});
      return { files, first: run(), next: run() };
    } finally {
      directories.remove();
    }
  });
  const [low, high] = [measures[0], measures.at(-1)];
  if (!low || !high) throw new Error('Growth needs sizes.');
  const exponent = (of: (each: Grown) => number): string =>
    (Math.log(of(high) / of(low)) / Math.log(high.files / low.files)).toFixed(2);
  const columns = [
    (each: Grown) => each.first.processorSeconds,
    (each: Grown) => each.first.mebibytes,
    (each: Grown) => each.next.processorSeconds,
    (each: Grown) => each.next.mebibytes,
  ];
  return {
    title: 'Growth with the number of small files, local disk',
    columns: ['files', 'first copy, processor s', 'MiB', 'unchanged, processor s', 'MiB'],
    rows: [
      ...measures.map((each) => [each.files, ...columns.map((of) => of(each))]),
      ['exponent', ...columns.map((of) => exponent(of))],
    ],
  };
}

function subjectsOf({ against, threads }: Settings, directories: Directories): Subject[] {
  const rivals: Record<Rival, () => Subject[]> = {
    rsync: () => [plainRsync(directories)],
    links: () => [linkedCopies(directories)],
    passes: () => threePasses(directories, threads),
    tar: () => [tar(directories), cp(directories)],
    archives: () => archives(directories),
  };
  return [ours(directories, threads), ...against.flatMap((rival) => rivals[rival]())];
}

function ours(directories: Directories, threads: number): Subject {
  const backup = () => [directories.command(directories.backupRequest({ threads, verifySampleFiles: 0 }))];
  const restore = (more: object) => () => [directories.command(directories.restoreRequest({ threads, ...more }))];
  return {
    name: 'worker',
    commands: {
      'first copy': backup,
      '1 % changed': backup,
      restore: restore({}),
      'restore of one directory': restore({ subPath: '/area-0/directory-0' }),
    },
  };
}

function plainRsync({ root, destination }: Directories): Subject {
  const copy = (index: number) => join(destination, `plain.${index}`);
  return {
    name: 'rsync -aH (--link-dest)',
    commands: {
      'first copy': (source) => [['rsync', ['-aH', `${source}/`, copy(1)]]],
      '1 % changed': (source) => [['rsync', ['-aH', `--link-dest=${copy(1)}`, `${source}/`, copy(0)]]],
      restore: () => [['rsync', ['-aH', `${copy(1)}/`, join(root, 'restored by rsync')]]],
      'restore of one directory': () => [
        ['rsync', ['-aH', `${copy(1)}/area-0/directory-0/`, join(root, 'one by rsync')]],
      ],
    },
  };
}

/** A copy of links, which rsync then makes like the source: the fastest that keeps versions on a local disk. */
function linkedCopies({ destination }: Directories): Subject {
  const copy = (index: number) => join(destination, `linked.${index}`);
  return {
    name: 'cp -al and rsync -aH --delete',
    commands: {
      'first copy': (source) => [['cp', ['-a', `${source}/.`, copy(1)]]],
      '1 % changed': (source) => [
        ['cp', ['-al', copy(1), copy(0)]],
        ['rsync', ['-aH', '--delete', `${source}/`, copy(0)]],
      ],
    },
  };
}

function tar({ root, destination }: Directories): Subject {
  const pipe = (from: string, to: string): Command[] => [
    ['mkdir', ['-p', to]],
    ['sh', ['-c', 'tar -C "$0" -cf - . | tar -C "$1" -xf -', from, to]],
  ];
  const copy = join(destination, 'by tar');
  return {
    name: 'tar to tar',
    commands: {
      'first copy': (source) => pipe(source, copy),
      restore: () => pipe(copy, join(root, 'restored by tar')),
      'restore of one directory': () => pipe(join(copy, 'area-0/directory-0'), join(root, 'one by tar')),
    },
  };
}

function cp({ root, destination }: Directories): Subject {
  const copy = join(destination, 'by tar');
  return {
    name: 'cp -a',
    commands: {
      restore: () => [['cp', ['-a', copy, join(root, 'restored by cp')]]],
      'restore of one directory': () => [['cp', ['-a', join(copy, 'area-0/directory-0'), join(root, 'one by cp')]]],
    },
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
  const fpsync = (options: string, from: string, to: string): Command => [
    'fpsync',
    ['-n', `${threads}`, '-t', work, '-v', '-o', options, from, to],
  ];
  const deletePass = (source: string): Command => [
    'rsync',
    ['-r', '--delete', '--existing', '--ignore-existing', '--ignore-errors', `${source}/`, copy(0)],
  ];
  const copyPass = (source: string) => fpsync('-lptgoD -v --numeric-ids', `${source}/`, copy(0));
  return [
    {
      name: 'three passes',
      commands: {
        'first copy': (source) => [copyPass(source), deletePass(source)],
        '1 % changed': (source) => [
          fpsync('-lptgoD -v --link-dest=../daily.0', copy(0), copy(1)),
          copyPass(source),
          deletePass(source),
          ['rm', ['-rf', work]],
        ],
      },
    },
  ];
}

/** Those with repositories of their own, as far as they are installed. */
function archives({ root, destination }: Directories): Subject[] {
  const isThere = (command: string) => !spawnSync(command, ['--version'], { stdio: 'ignore' }).error;
  const repository = (name: string) => join(destination, `of ${name}`);
  const restic = (args: string[]): Command => ['restic', ['-r', repository('restic'), ...args]];
  const borg = (args: string[]): Command => ['borg', args];
  const rclone = (from: string, to: string): Command => ['rclone', ['copy', '--transfers', '32', '--links', from, to]];
  // A repository of a bench has nothing to hide; restic takes none without a password.
  process.env.RESTIC_PASSWORD = 'bench';
  const subjects: Subject[] = [];
  if (isThere('rclone'))
    subjects.push({
      name: 'rclone copy',
      commands: {
        'first copy': (source) => [rclone(source, repository('rclone'))],
        '1 % changed': (source) => [rclone(source, repository('rclone'))],
        restore: () => [rclone(repository('rclone'), join(root, 'restored by rclone'))],
      },
    });
  if (isThere('restic'))
    subjects.push({
      name: 'restic',
      commands: {
        'first copy': (source) => [restic(['init']), restic(['backup', source])],
        '1 % changed': (source) => [restic(['backup', source])],
        restore: () => [restic(['restore', 'latest', '--target', join(root, 'restored by restic')])],
      },
    });
  if (isThere('borg')) {
    const archive = (name: string) => `${repository('borg')}::${name}`;
    subjects.push({
      name: 'borg',
      commands: {
        'first copy': (source) => [
          borg(['init', '-e', 'none', repository('borg')]),
          borg(['create', archive('1'), source]),
        ],
        '1 % changed': (source) => [borg(['create', archive('2'), source])],
      },
    });
  }
  return subjects;
}

function titleOf(shape: Shape, files: number): string {
  if (shape === 'large') return `${LARGE_FILES} files of ${LARGE_MEBIBYTES} MiB`;
  const number = files.toLocaleString('en-US');
  const shapes = {
    small: 'small files, 50 a directory',
    flat: 'small files in one directory',
    deep: `small files in chains of ${DEPTH} directories`,
  };
  return `${number} ${shapes[shape]}`;
}

/** Makes the files of a tree. Returns their names. */
function makeFiles(root: string, shape: Shape, files: number): string[] {
  const names = Array.from({ length: shape === 'large' ? LARGE_FILES : files }, (_, file) => nameOf(root, shape, file));
  if (shape === 'large') {
    mkdirSync(join(root, 'area-0/directory-0'), { recursive: true });
    // What a file system cannot compress; by Python, as it takes Node seconds.
    const write = `import os, sys
for name in sys.argv[1:]:
    with open(name, 'wb') as file:
        for _ in range(${LARGE_MEBIBYTES}): file.write(os.urandom(2 ** 20))`;
    spawnSync(python(), ['-c', write, ...names]);
    return names;
  }
  const made = new Set<string>();
  names.forEach((name, file) => {
    const folder = join(name, '..');
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(name, `content of ${file}\n`.repeat(1 + (file % 20)));
  });
  return names;
}

function nameOf(root: string, shape: Shape, file: number): string {
  if (shape === 'flat' || shape === 'large') return join(root, 'area-0/directory-0', `file-${file}.bin`);
  if (shape === 'deep') {
    const [chain, level] = [Math.floor(file / (2 * DEPTH)), Math.floor(file / 2) % DEPTH];
    return join(
      root,
      `area-${chain}`,
      ...Array.from({ length: level + 1 }, (_, index) => `directory-${index}`),
      `file-${file}`,
    );
  }
  const directory = Math.floor(file / FILES_PER_DIRECTORY);
  return join(root, `area-${Math.floor(directory / 20)}`, `directory-${directory % 20}`, `file-${file}.txt`);
}
