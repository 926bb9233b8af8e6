import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKER_ARCHIVE, workerArchive } from '../../esbuild.config';
import { compileShim } from './shim';

const SOURCE = 'fs-00000001';
const DESTINATION = 'fs-00000002';

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

/** With WORKER_FILE_SYSTEM=nfs41 every run has only what NFSv4.1 has: no extended attributes, ACLs or SEEK_HOLE. */
export const IS_NFS41 = process.env.WORKER_FILE_SYSTEM === 'nfs41';

let interpreter: string | undefined;
let archive: Buffer | undefined;

/** The Python that runs the worker, itself: what is called python3 may be a script that takes longer than a small run. */
export function python(): string {
  interpreter ??= spawnSync(process.env.WORKER_PYTHON ?? 'python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).stdout.trim();
  return interpreter;
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
    archive ??= workerArchive(python());
    writeFileSync(this.archive, archive);
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
  restore(changes: object = {}, environment = {}): Report {
    return this.run(this.restoreRequest(changes), environment);
  }

  restoreRequest(changes: object = {}): object {
    return {
      action: 'restore',
      backup: { fileSystemId: DESTINATION },
      target: { fileSystemId: SOURCE, path: '/' },
      folderLabel: 'app',
      copy: { newest: true },
      mode: 'newDirectory',
      runTime: '2026-11-21T12:00:00Z',
      ...changes,
    };
  }

  /**
   * The environment of a restore in place that runs some Python when its plan has been compared with the preview and
   * before anything is touched. ROOT is the target.
   */
  betweenPlanAndAct(script: string): object {
    return this.beforeRun(`
import restore
act = restore._restore_in_place
def wrapped(*arguments):
    exec(${JSON.stringify(script)}, {'ROOT': ${JSON.stringify(this.source)}})
    return act(*arguments)
restore._restore_in_place = wrapped
`);
  }

  /** The environment of a run to which files of more than so many bytes (at least 1 MiB) are large ones of several parts. */
  withPartsOf(bytes: number): object {
    return this.beforeRun(`import copying; copying.PART_BYTES = ${bytes}`);
  }

  /** The environment of a run that appends a byte to a file for each block of an index that it reads. */
  countingBlocksOfTheIndex(file: string): object {
    return this.beforeRun(`
import index
read = index.SortedIndex._read_block
def counted(self, number):
    with open(${JSON.stringify(file)}, 'a') as file: file.write('.')
    return read(self, number)
index.SortedIndex._read_block = counted
`);
  }

  /** The environment of a run to which a directory whose lines of the manifest have so many bytes is too large for memory. */
  withLargeDirectoriesOf(bytes: number): object {
    return this.beforeRun(`import manifest; manifest.LARGE_BYTES = ${bytes}`);
  }

  /** The environment of a run on a machine that has no memory for another process. */
  withoutMoreProcesses(): object {
    return this.beforeRun(`
import errno, os
def fork(): raise OSError(errno.ENOMEM, 'no memory for another process')
os.fork = fork
`);
  }

  /** The environment of a backup in which a directory of the source goes before files with several names are copied. */
  losingBeforeHardLinks(path: string): object {
    return this.beforeRun(`
import copy_source, shutil
take = copy_source.SourceCopy._take
def wrapped(self, names, is_late, share=0.0):
    if not is_late: shutil.rmtree(${JSON.stringify(join(this.source, path))})
    return take(self, names, is_late, share)
copy_source.SourceCopy._take = wrapped
`);
  }

  /** The environment of a run that tells its progress often, and when it will end as soon as it knows anything. */
  withEarlyForecasts(): object {
    return this.beforeRun('import progress; progress.INTERVAL_SECONDS, progress.LEAST_SECONDS = 0.2, 0');
  }

  /** The environment of a run that runs some Python when the worker's modules can be imported and before it begins. */
  private beforeRun(script: string): object {
    const folder = join(this.root, 'before-run');
    mkdirSync(folder, { recursive: true });
    const code = `
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == 'run':
            sys.meta_path.remove(self)
            exec(${JSON.stringify(script)}, {})
        return None
sys.meta_path.insert(0, Finder())
`;
    writeFileSync(join(folder, 'sitecustomize.py'), code);
    return { PYTHONPATH: folder };
  }

  run(request: object, environment = {}): Report {
    const { stdout, stderr, status } = spawnSync(python(), this.commandLine(request), {
      encoding: 'utf8',
      env: { ...process.env, ...this.fileSystem(), ...environment },
      timeout: 120_000,
    });
    return reportIn(stdout, stderr, status);
  }

  /** Starts a run and gives the process, to be stopped or killed, and the report at its end, or undefined if it had none. */
  start(request: object, environment = {}) {
    const child = spawn(python(), this.commandLine(request), {
      env: { ...process.env, ...this.fileSystem(), ...environment },
      detached: true,
    });
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

  /** Whether the unfinished copy has so many entries in a directory. */
  hasInCopy(path: string, entries: number): boolean {
    const folder = join(this.label, 'incomplete/data', path);
    return existsSync(folder) && readdirSync(folder).length >= entries;
  }

  /** What was written into the run's item, in order. */
  itemUpdates(): Record<string, unknown>[] {
    // A line without an end is still being written.
    const lines = readFileSync(join(this.root, 'item.jsonl'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  /** The command that carries out a request. */
  command(request: object): [string, string[]] {
    return [python(), this.commandLine(request)];
  }

  private fileSystem(): object {
    if (!IS_NFS41) return {};
    const shim = compileShim(this.root);
    if (!shim) throw new Error('A C compiler is needed to make the file system behave as NFSv4.1 does.');
    return shim.environment({ root: this.root, isNfs41: true });
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
