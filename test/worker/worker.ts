import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKER_ARCHIVE, workerArchive } from '../../esbuild.config';

const PYTHON = process.env.WORKER_PYTHON ?? 'python3';
const SOURCE = 'fs-00000001';
const DESTINATION = 'fs-00000002';

/** `describe` where the real worker can run: with Linux, rsync and Python 3.9. Elsewhere one skipped test says why not. */
export function describeWorker(name: string, tests: () => void): void {
  const missing = [
    ...(process.platform === 'linux' ? [] : ['Linux']),
    ...(works('rsync', ['--version']) ? [] : ['rsync (apt-get install rsync)']),
    ...(works(PYTHON, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']) ? [] : ['Python 3.9']),
    ...(process.getuid?.() === 0 ? [] : ['root, who alone can keep owners']),
  ];
  if (missing.length === 0) describe(name, tests);
  else describe.skip(`${name}: cannot run here, needs ${missing.join(', ')}`, tests);
}

function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export interface Report {
  outcome: 'COMPLETED' | 'STOPPED' | 'FAILED';
  reason?: string;
  message?: string;
  files?: number;
  filesLinked?: number;
  filesTransferred?: number;
  bytesTransferred?: number;
  filesVanished?: number;
  failedPaths?: string[];
  copyName?: string;
  removedCopies?: string[];
  // biome-ignore lint/suspicious/noExplicitAny: what else a report holds depends on the action.
  [key: string]: any;
}

/** Two file systems as plain directories, and the packed worker, run on them as SSM would run it. */
export class Directories {
  readonly root = mkdtempSync(join(tmpdir(), 'efs-to-efs-'));
  readonly source = join(this.root, SOURCE);
  readonly destination = join(this.root, DESTINATION);
  readonly label = join(this.destination, 'app');
  private readonly archive = join(this.root, WORKER_ARCHIVE);
  private runs = 0;

  constructor() {
    mkdirSync(this.source);
    mkdirSync(this.destination);
    writeFileSync(this.archive, workerArchive());
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  backup(changes: object = {}, environment = {}): Report {
    return this.run(this.backupRequest(changes), environment);
  }

  backupRequest(changes: object = {}): object {
    return {
      action: 'backup',
      source: { fileSystemId: SOURCE, path: '/' },
      destination: { fileSystemId: DESTINATION },
      folderLabel: 'app',
      interval: 'daily',
      retain: 7,
      verifySampleFiles: 1000,
      ...changes,
    };
  }

  /** A restore to the source's file system: into a new directory, unless `changes` say otherwise. */
  restore(changes: object = {}): Report {
    return this.run({
      action: 'restore',
      backup: { fileSystemId: DESTINATION },
      target: { fileSystemId: SOURCE, path: '/' },
      folderLabel: 'app',
      copy: { newest: true },
      mode: 'newDirectory',
      runTime: '2026-11-21T12:00:00Z',
      ...changes,
    });
  }

  run(request: object, environment = {}): Report {
    const { stdout, stderr, status } = spawnSync(PYTHON, this.commandLine(request), {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      timeout: 60_000,
    });
    return reportIn(stdout, stderr, status);
  }

  /** Starts a run and gives the process, to be stopped or killed, and the report at its end, or undefined if it had none. */
  start(request: object, environment = {}) {
    const child = spawn(PYTHON, this.commandLine(request), { env: { ...process.env, ...environment }, detached: true });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    const report = new Promise<Report | undefined>((resolve) => {
      child.on('close', (status) => resolve(output.includes('REPORT ') ? reportIn(output, '', status) : undefined));
    });
    return { child, report };
  }

  /** Where the n-th newest copy lies, as for users of the predecessor. */
  copy(index = 0, interval = 'daily'): string {
    return join(this.label, `${interval}.${index}`);
  }

  /** The names of the complete copies, oldest first. */
  copies(): string[] {
    const folder = join(this.label, 'copies');
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  /** What was written into the run's item, in order. */
  itemUpdates(): Record<string, unknown>[] {
    const lines = readFileSync(join(this.root, 'item.jsonl'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  }

  private commandLine(request: object): string[] {
    this.runs += 1;
    const whole = {
      runId: `efs-to-efs-${this.runs}`,
      region: 'eu-west-1',
      tableName: 'runs',
      logUri: `s3://logs/logs/efs-to-efs-${this.runs}/`,
      threads: 8,
      ...request,
    };
    return [this.archive, Buffer.from(JSON.stringify(whole)).toString('base64'), '--root', this.root];
  }
}

function reportIn(stdout: string, stderr: string, status: number | null): Report {
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('REPORT ')) throw new Error(`The worker ended with ${status} and no report: ${stdout}${stderr}`);
  return { ...JSON.parse(line.slice('REPORT '.length)), exitCode: status };
}

/**
 * A tree as text, one line a file: path, type, mode, owner, time, and of files content and hard links. Two trees with the
 * same lines are the same to every program. With `marks`, also inode and ctime, which change when anything is touched.
 */
export function tree(directory: string, { marks = false } = {}): string[] {
  const lines: string[] = [];
  const firstNames = new Map<bigint, string>();
  const visit = (path: Buffer, name: string) => {
    const stat = lstatSync(path, { bigint: true });
    const parts = [name || '.', stat.mode.toString(8), `${stat.uid}:${stat.gid}`, stat.mtimeNs];
    if (stat.isSymbolicLink()) parts.push(`-> ${readlinkSync(path, 'latin1')}`);
    if (stat.isFile()) {
      parts.push(createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16));
      const first = firstNames.get(stat.ino);
      if (first === undefined) firstNames.set(stat.ino, name);
      else parts.push(`= ${first}`);
    }
    if (marks) parts.push(stat.ino, stat.isDirectory() || stat.nlink === 1n ? stat.ctimeNs : 'shared');
    lines.push(parts.join(' '));
    if (!stat.isDirectory()) return;
    const names = readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare);
    for (const entry of names)
      visit(Buffer.concat([path, Buffer.from('/'), entry]), `${name}/${entry.toString('latin1')}`);
  };
  visit(Buffer.from(directory), '');
  return lines;
}
