import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories, python } from '../../scenarios/worker/directories';
import { compileShim, type Shim } from '../../scenarios/worker/shim';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

const PART_BYTES = 2 * 2 ** 20;
const PARTS = 8;

describeWorker('a file of several parts', () => {
  let directories: Directories;
  let large: string;
  let shim: Shim | undefined;
  /** Files above 2 MiB are large to a run with this environment. */
  let small: object;
  const verify = (environment: object) =>
    directories.run(
      { action: 'verify', backup: { fileSystemId: 'fs-00000002' }, folderLabel: 'app', copy: { newest: true } },
      environment,
    );

  beforeEach(() => {
    directories = new Directories();
    large = join(directories.source, 'large');
    writeFileSync(large, randomBytes(PARTS * PART_BYTES - 12_345));
    shim = compileShim(directories.root);
    small = directories.withPartsOf(PART_BYTES);
  });

  afterEach(() => directories.remove());

  /** Kills a backup with all its processes once some parts are noted, and returns how many those are. */
  async function killedInThePartsOf(slow: object): Promise<number> {
    const folder = join(directories.label, 'incomplete/large');
    const noted = () => {
      const notes = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.parts')) : undefined;
      return notes ? readFileSync(join(folder, notes), 'utf8').split(']\n').length - 2 : 0;
    };
    const request = directories.backupRequest({ threads: 1, verifySampleFiles: 0 });
    const { child, report } = directories.start(request, { ...slow, ...small });
    while (noted() < 3 && child.exitCode === null) await setTimeout(5);
    process.kill(-(child.pid as number), 'SIGKILL');
    await report;
    return noted();
  }

  const newest = () => join(directories.label, 'copies', directories.copies().at(-1) ?? '');

  const slow = () => shim?.environment({ root: directories.destination, writeMicroseconds: 30_000 }) ?? {};

  it('has the digest of its parts, is found damaged in each of them, and is restored', () => {
    // Act
    const first = directories.backup({}, small);
    const sound = verify(small);
    const restored = directories.restore({}, small);
    const copy = join(directories.copy(), 'large');
    const flip = `import os, sys
path, at = sys.argv[1], int(sys.argv[2])
was = os.stat(path)
with open(path, 'r+b') as file: file.seek(at); byte = file.read(1); file.seek(at); file.write(bytes([byte[0] ^ 1]))
os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))`;
    const found = [0, PART_BYTES, PARTS * PART_BYTES - 12_346].map((at) => {
      spawnSync(python(), ['-c', flip, copy, `${at}`]);
      const report = verify(small);
      spawnSync(python(), ['-c', flip, copy, `${at}`]);
      return report.failedPaths;
    });

    // Assess
    expect(first).toMatchObject({ outcome: 'COMPLETED', files: 1, bytesTransferred: PARTS * PART_BYTES - 12_345 });
    const [line = ''] = readFileSync(join(newest(), 'manifest'), 'utf8').trim().split('\n').slice(-1);
    const [, , , , , , , , , digest, more] = JSON.parse(line)[1].at(-1);
    const parts = Array.from({ length: PARTS }, (_, part) =>
      sha256(readFileSync(large).subarray(part * PART_BYTES, (part + 1) * PART_BYTES)),
    );
    expect([more.parts, digest]).toEqual([parts, sha256(parts.join(''))]);
    expect([sound.outcome, restored.outcome]).toEqual(['COMPLETED', 'COMPLETED']);
    expect(readFileSync(join(directories.source, restored.restoredTo, 'large')).equals(readFileSync(large))).toBe(true);
    expect(found).toEqual([['large'], ['large'], ['large']]);
  });

  it('continues at its last complete part after a kill', async () => {
    // Act
    const noted = await killedInThePartsOf(slow());
    const next = directories.backup({}, small);

    // Assess
    expect(next).toMatchObject({ outcome: 'COMPLETED', partsResumed: noted });
    if (shim) expect(noted).toBeGreaterThanOrEqual(3);
    if (shim) expect(noted).toBeLessThan(PARTS);
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
    expect(verify(small)).toMatchObject({ outcome: 'COMPLETED' });
    expect(readdirSync(newest()).sort()).toEqual(['copy.json', 'data', 'index', 'manifest']);
  });

  it('begins anew where the source has changed, or another file has its name, since the kill', async () => {
    // Prepare
    await killedInThePartsOf(slow());
    writeFileSync(join(directories.source, 'other'), randomBytes(3 * PART_BYTES));
    renameSync(join(directories.source, 'other'), large);

    // Act
    const next = directories.backup({}, small);

    // Assess
    expect(next).toMatchObject({ outcome: 'COMPLETED', partsResumed: 0 });
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('of 600 MiB that are nearly all holes is copied in parts of 256 MiB, holes and all', () => {
    // Prepare
    rmSync(large);
    writeFileSync(large, 'begin');
    truncateSync(large, 600 * 2 ** 20);

    // Act
    const first = directories.backup();

    // Assess
    expect(first).toMatchObject({ outcome: 'COMPLETED', files: 1, bytes: 600 * 2 ** 20 });
    const blocks = (path: string) => Number(spawnSync('stat', ['-c', '%b', path], { encoding: 'utf8' }).stdout) * 512;
    expect(blocks(join(directories.copy(), 'large'))).toBeLessThan(2 ** 20);
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });
});

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
