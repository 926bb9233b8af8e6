import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories } from '../../scenarios/worker/directories';
import { compileShim } from '../../scenarios/worker/shim';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

/** Whether a process is there and has not ended; one that no process waits for stays as a zombie. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z');
}

describeWorker('a backup by several processes', () => {
  let directories: Directories;

  beforeEach(() => {
    directories = new Directories();
    for (let folder = 0; folder < 30; folder += 1) {
      const path = join(directories.source, `area ${folder % 5}`, `${folder}`);
      mkdirSync(path, { recursive: true });
      for (let file = 0; file < 20; file += 1) writeFileSync(join(path, `${file}`), `${folder} ${file}`);
    }
  });

  afterEach(() => directories.remove());

  /** Starts a slow backup, and gives its process and those below it once it has noted some files. */
  async function atWork() {
    const shim = compileShim(directories.root);
    const slow = shim?.environment({ root: directories.root, metadataMicroseconds: 5000 }) ?? {};
    const run = directories.start(directories.backupRequest({ threads: 4 }), slow);
    const journal = join(directories.label, 'incomplete/journal.000000');
    while (run.child.exitCode === null && !(existsSync(journal) && statSync(journal).size > 4000)) await setTimeout(5);
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', `${run.child.pid}`], { encoding: 'utf8' });
    return { ...run, processes: stdout.trim().split(/\s+/).map(Number) };
  }

  it('has one for each processor, and is the source', () => {
    // Act
    const first = directories.backup({ threads: 16 });
    appendFileSync(join(directories.source, 'area 1/1/7'), 'more');
    const second = directories.backup({ threads: 16 });

    // Assess
    expect(first).toMatchObject({ outcome: 'COMPLETED', files: 600 });
    expect(second.outcome).toBe('COMPLETED');
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('of which one is killed fails, says so, and is resumed by the next', async () => {
    if (cpus().length === 1) return;
    // Prepare
    const { report, processes } = await atWork();

    // Act
    process.kill(processes[0] as number, 'SIGKILL');
    const killed = await report;
    const next = directories.backup();

    // Assess
    expect(processes).toHaveLength(Math.min(4, cpus().length));
    expect(killed).toMatchObject({
      outcome: 'FAILED',
      reason: 'IoError',
      message: expect.stringContaining('signal 9'),
    });
    expect(directories.copies()).toHaveLength(1);
    expect(next).toMatchObject({ outcome: 'COMPLETED', files: 600 });
    // How many files were noted by then depends on the moment of the kill.
    expect(Number(next.filesResumed)).toBeLessThan(600);
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('whose first one is killed has no other left, and is resumed by the next', async () => {
    // Prepare
    const { child, report, processes } = await atWork();

    // Act
    child.kill('SIGKILL');
    await report;
    const isLeft = processes.some(isAlive);
    const next = directories.backup();

    // Assess
    expect(isLeft).toBe(false);
    expect(next).toMatchObject({ outcome: 'COMPLETED', files: 600 });
    // How many files were noted by then depends on the moment of the kill.
    expect(Number(next.filesResumed)).toBeLessThan(600);
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('that cannot start any other does the work alone', () => {
    const report = directories.backup({ threads: 16 }, directories.withoutMoreProcesses());
    rmSync(join(directories.root, 'before-run'), { recursive: true });

    expect(report).toMatchObject({ outcome: 'COMPLETED', files: 600 });
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('restores and verifies in as many, also files whose names are everywhere', () => {
    // Prepare: one file with a name in each directory.
    const name = (folder: number) => join(directories.source, `area ${folder % 5}`, `${folder}`, 'same');
    writeFileSync(name(0), 'of many names');
    for (let folder = 1; folder < 30; folder += 1) linkSync(name(0), name(folder));
    directories.backup({ threads: 16 });
    const verify = () =>
      directories.run({
        action: 'verify',
        backup: { fileSystemId: 'fs-00000002' },
        folderLabel: 'app',
        copy: { newest: true },
        threads: 16,
      });

    // Act
    const restored = directories.restore({ threads: 16 });
    const good = verify();
    const separate = join(directories.copy(), 'area 3/13/same');
    const content = readFileSync(separate);
    rmSync(separate);
    writeFileSync(separate, content);
    spawnSync('touch', ['--reference', name(0), separate]);
    spawnSync('touch', ['--reference', join(name(13), '..'), join(separate, '..')]);
    const bad = verify();

    // Assess
    expect(restored).toMatchObject({ outcome: 'COMPLETED', files: 630, filesTransferred: 601 });
    const folder = join(directories.source, restored.restoredTo);
    expect(statSync(join(folder, 'area 3/13/same')).nlink).toBe(30);
    expect(good).toMatchObject({ outcome: 'COMPLETED', verifiedFiles: 630 });
    expect(bad).toMatchObject({
      outcome: 'FAILED',
      reason: 'CopyDamaged',
      message: expect.stringContaining('is no hard link of the other names of the file any more'),
    });
  });
});
