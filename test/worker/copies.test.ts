import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories, IS_NFS41, python } from '../../scenarios/worker/directories';
import { compileShim } from '../../scenarios/worker/shim';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker, settled } from './describe-worker';

function inPython(act: string, ...args: string[]): void {
  const { stderr } = spawnSync(python(), ['-c', `import os, sys, stat\n${act}`, ...args], { encoding: 'utf8' });
  if (stderr) throw new Error(stderr);
}

describeWorker('hard links', () => {
  let directories: Directories;
  let source: (path: string) => string;

  beforeEach(() => {
    directories = new Directories();
    source = (path) => join(directories.source, path);
    mkdirSync(source('store'));
    for (let file = 0; file < 30; file += 1) writeFileSync(source(`store/${file}`), `content ${file}`);
  });

  afterEach(() => directories.remove());

  it('are made in a phase with a share of its own: that of the walk is complete by then', () => {
    // Prepare
    for (let file = 0; file < 30; file += 1) linkSync(source(`store/${file}`), source(`store/again-${file}`));
    const act = `
sys.path.insert(0, 'worker')
from progress import Progress
class Counts:
    get = lambda self, name: 0
class Outside:
    update_item = lambda self, name, value: shares.append((value['phase'], value['share']))
class Stop:
    checked_at = 0
shares = []
progress = Progress(Counts(), Outside(), Stop())
progress.phase('copying')
progress.add(1.0)
progress.phase('linking', share=0.0)
progress.add(0.25)
progress.end()
if shares[-1] != ('linking', 0.25): sys.exit(str(shares))`;

    // Act
    const { phases } = directories.backup();
    inPython(act);

    // Assess
    expect(Object.keys(phases ?? {})).toEqual([
      'preparing',
      'copying',
      'linking',
      'verifying',
      'publishing',
      'removing',
    ]);
    expect(directories.itemUpdates().at(-2)?.progress).toMatchObject({ share: 1 });
  });

  it('that files get or lose cost links, not copies', async () => {
    // Prepare
    await settled(source('store/29'));
    directories.backup();
    const link = (name: string) => {
      mkdirSync(source(name));
      for (let file = 0; file < 30; file += 1) linkSync(source(`store/${file}`), source(`${name}/${file}`));
    };
    const night = async () => {
      await settled(source('store/29'));
      return directories.backup();
    };

    // Act
    link('a project');
    const second = await night();
    link('project');
    const third = await night();
    rmSync(source('a project'), { recursive: true });
    const fewer = await night();

    // Assess
    for (const report of [second, third, fewer])
      expect(report).toMatchObject({ outcome: 'COMPLETED', filesTransferred: 0, bytesTransferred: 0 });
    expect(tree(`${directories.copy(0)}/`)).toEqual(tree(`${directories.source}/`));
    expect(lstatSync(join(directories.copy(0), 'store/7')).ino).toBe(
      lstatSync(join(directories.copy(3), 'store/7')).ino,
    );
  });

  it('are resumed after an interruption', async () => {
    // Prepare
    mkdirSync(source('project'));
    for (let file = 0; file < 30; file += 1) {
      writeFileSync(source(`store/${file}`), Buffer.alloc(300_000, `${file}`));
      linkSync(source(`store/${file}`), source(`project/${file}`));
    }
    await settled(source('store/29'));
    const stopped = directories.start({ ...directories.backupRequest({ threads: 2 }), verifySampleFiles: 0 });
    while (!directories.hasInCopy('project', 10) && stopped.child.exitCode === null) await setTimeout(1);
    stopped.child.kill('SIGTERM');
    const first = await stopped.report;

    // Act
    const next = directories.backup();

    // Assess
    if (first?.outcome === 'STOPPED') expect(next.filesResumed).toBeGreaterThan(0);
    expect(next).toMatchObject({ outcome: 'COMPLETED' });
    expect(tree(`${directories.copy(0)}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('that go while they are waited for leave nothing of an interrupted run in the copy', () => {
    // Prepare
    mkdirSync(source('going'));
    writeFileSync(source('going/one'), 'one');
    linkSync(source('going/one'), source('going/two'));
    const left = join(directories.label, 'incomplete/data/going');
    mkdirSync(left, { recursive: true });
    for (const name of ['one', 'two']) writeFileSync(join(left, name), 'of an interrupted run');

    // Act
    const report = directories.backup({}, directories.losingBeforeHardLinks('going'));
    const verified = directories.run({
      action: 'verify',
      backup: { fileSystemId: 'fs-00000002' },
      folderLabel: 'app',
      copy: { newest: true },
    });

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', filesVanished: 2 });
    expect(readdirSync(join(directories.copy(), 'going'))).toEqual([]);
    expect(verified).toMatchObject({ outcome: 'COMPLETED' });
  });

  it('that an application writes to while they are copied are restored as the files that they are in the copy', () => {
    // Prepare
    const shim = compileShim(directories.root);
    if (!shim) return;
    mkdirSync(source('more'));
    linkSync(source('store/3'), source('more/3'));

    // Act
    const grow = shim.environment({ root: directories.source, onOpen: 'grow:3' });
    const backup = directories.backup({ threads: 1 }, grow);
    const restored = directories.restore();

    // Assess
    expect(backup).toMatchObject({ outcome: 'COMPLETED', filesChangedDuringCopy: 2 });
    expect(restored).toMatchObject({ outcome: 'COMPLETED' });
    const files = (root: string) => tree(root).filter((line) => / 100\d+ /.test(line));
    expect(files(join(directories.source, restored.restoredTo))).toEqual(
      files(join(directories.label, 'copies', directories.copies()[0] ?? '', 'data')),
    );
  });

  it('that are damaged in the older copies are taken anew, once', async () => {
    // Prepare
    linkSync(source('store/3'), source('other name'));
    await settled(source('store/29'));
    directories.backup();
    const damaged = join(directories.copy(), 'store/3');
    const { mtime } = statSync(damaged);
    writeFileSync(damaged, 'cOntent 3');
    utimesSync(damaged, mtime, mtime);
    inPython(
      'a, b = os.stat(sys.argv[1]), sys.argv[2]; os.utime(b, ns=(a.st_mtime_ns, a.st_mtime_ns))',
      source('store/3'),
      damaged,
    );

    // Act
    const [told, next] = [directories.backup(), directories.backup()];

    // Assess
    expect(told).toMatchObject({ outcome: 'FAILED', reason: 'CopyDamaged' });
    expect(told.failedPaths?.sort()).toEqual(['other name', 'store/3']);
    expect(next).toMatchObject({ outcome: 'COMPLETED', filesTransferred: 0 });
    for (const index of [0, 1]) expect(tree(`${directories.copy(index)}/`)).toEqual(tree(`${directories.source}/`));
  });
});

describeWorker('a copy', () => {
  let directories: Directories;
  let source: (path: string) => string;
  const verify = () =>
    directories.run({
      action: 'verify',
      backup: { fileSystemId: 'fs-00000002' },
      folderLabel: 'app',
      copy: { newest: true },
    });

  beforeEach(() => {
    directories = new Directories();
    source = (path) => join(directories.source, path);
    mkdirSync(source('d/sub/below'), { recursive: true });
    mkdirSync(source('h'));
    writeFileSync(source('d/small'), 'small file content');
    writeFileSync(source('d/big'), Buffer.alloc(3_000_000, 'big'));
    writeFileSync(source('d/empty'), '');
    symlinkSync('target-one', source('d/link'));
    writeFileSync(source('h/a'), 'hard');
    linkSync(source('h/a'), source('h/b'));
    spawnSync('mknod', [source('d/device'), 'c', '1', '3']);
    writeFileSync(source('d/x'), 'x');
    inPython("os.setxattr(sys.argv[1] + '/x', 'user.k', b'v'); os.setxattr(sys.argv[1], 'user.d', b'v')", source('d'));
    writeFileSync(source('d/sparse'), '');
    truncateSync(source('d/sparse'), 5_000_000);
  });

  afterEach(() => directories.remove());

  /** Damages something without a trace in the times of the file and of its directory. */
  const KEEPING_TIMES = `
root, name = sys.argv[1:3]
path = root + '/' + name
parent = os.path.dirname(path)
times = [(p, os.lstat(p)) for p in (path, parent) if os.path.lexists(p)]
def relink(to): os.unlink(path); os.symlink(to, path)
def flip(at):
    with open(path, 'r+b') as file: file.seek(at); byte = file.read(1); file.seek(at); file.write(bytes([byte[0] ^ 1]))
def split():
    content, was = open(path, 'rb').read(), os.lstat(path)
    os.unlink(path)
    with open(path, 'wb') as file: file.write(content)
    os.chmod(path, stat.S_IMODE(was.st_mode))
def device(): os.unlink(path); os.mknod(path, stat.S_IFCHR | 0o644, os.makedev(1, 5))
def fill():
    with open(path, 'r+b') as file: file.write(bytes(4000000)); os.fsync(file.fileno())
exec(sys.argv[3])
for p, was in times:
    if os.path.lexists(p): os.utime(p, ns=(was.st_atime_ns, was.st_mtime_ns), follow_symlinks=False)
`;

  it.each([
    ['one bit of a small file', 'd/small', 'flip(3)'],
    ['the last byte of a large file', 'd/big', 'flip(2999999)'],
    ['a missing file', 'd/small', 'os.unlink(path)'],
    ['a file that was cut', 'd/big', 'os.truncate(path, 10)'],
    ['another mode', 'd/small', 'os.chmod(path, 0o600)'],
    ['another owner', 'd/small', 'os.chown(path, 1, 1)'],
    [
      'a time that is another by a nanosecond',
      'd/small',
      'times = [(path, 0)]; del times[0]; w = os.lstat(path); os.utime(path, ns=(1, w.st_mtime_ns + 1))',
    ],
    ['a missing directory', 'd/sub/below', 'os.rmdir(path)'],
    ['another mode of a directory', 'd/sub', 'os.chmod(path, 0o700)'],
    ['a foreign file', 'd/foreign', "open(path, 'w').close()"],
    ['a foreign directory', 'd/foreign', 'os.mkdir(path)'],
    ['a directory in the place of a file', 'd/empty', 'os.unlink(path); os.mkdir(path)'],
    ['a link that leads elsewhere, of the same length', 'd/link', "relink('target-two')"],
    ['a link that leads elsewhere', 'd/link', "relink('x')"],
    ['hard links that became two files', 'h/b', 'split()'],
    ['a lost extended attribute', 'd/x', "os.removexattr(path, 'user.k')"],
    ['a lost extended attribute of a directory', 'd', "os.removexattr(path, 'user.d')"],
    ['another device', 'd/device', 'device()'],
    ['a file that lost its holes', 'd/sparse', 'fill()'],
    ['an empty file that got a byte', 'd/empty', "open(path, 'w').write('x')"],
    ['one byte of the manifest', '../manifest', 'flip(100)'],
    ['a manifest that was cut', '../manifest', 'os.truncate(path, 200)'],
    ['one byte of the index', '../index', 'flip(5)'],
    ['no copy.json', '../copy.json', 'os.unlink(path)'],
  ])('with %s is found damaged', (what, name, act) => {
    // NFSv4.1 has no extended attributes that could be lost.
    if (IS_NFS41 && what.includes('extended attribute')) return;
    // Prepare
    directories.backup();
    expect(verify()).toMatchObject({ outcome: 'COMPLETED' });
    inPython(KEEPING_TIMES, directories.copy(), name, act);

    // Act
    const report = verify();

    // Assess
    expect(report).toMatchObject({ outcome: 'FAILED', reason: 'CopyDamaged' });
  });

  it('of a clock that was wrong once keeps its date, and the later ones get their own', () => {
    // Prepare
    directories.backup();
    const copies = join(directories.label, 'copies');
    renameSync(join(copies, directories.copies()[0] ?? ''), join(copies, '2099-01-01T00-00-00Z.daily'));
    writeFileSync(source('d/small'), 'newer');

    // Act
    const report = directories.backup();
    const restored = directories.restore({
      copy: { at: new Date(Date.now() + 60_000).toISOString() },
      subPath: '/d/small',
    });

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', copiesOfFuture: ['2099-01-01T00-00-00Z.daily'] });
    expect(Math.abs(Date.parse(report.copiedAt) - Date.now())).toBeLessThan(3_600_000);
    expect(readFileSync(source(`${restored.restoredTo}/small`), 'utf8')).toBe('newer');
    expect(readFileSync(join(directories.copy(0), 'd/small'), 'utf8')).toBe('newer');
  });

  it('of /d and of /d/ is of one source', () => {
    const reports = ['/d', '/d/'].map((path) => directories.backup({ source: { fileSystemId: 'fs-00000001', path } }));

    expect(reports.map(({ outcome }) => outcome)).toEqual(['COMPLETED', 'COMPLETED']);
  });

  it('has no paths that are excluded, no safety copy of a restore and no copies', () => {
    // Prepare
    mkdirSync(source('d/.replaced-by-efs-to-efs-9'));
    mkdirSync(source('cache/deep'), { recursive: true });
    writeFileSync(source('d/debug.log'), '');
    writeFileSync(source('h/kept.txt'), '');
    mkdirSync(source('backups/copies/2026-01-01T00-00-00Z.daily'), { recursive: true });
    writeFileSync(source('backups/.lock'), '');

    // Act
    const report = directories.backup({ exclude: ['/cache', '*.log', '/d/**/below'] });

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', pathsExcluded: 5 });
    const names = tree(`${directories.copy()}/`).map((line) => line.split(' ')[0]);
    expect(names).toContain('/h/kept.txt');
    for (const name of ['/cache', '/d/debug.log', '/d/sub/below', '/d/.replaced-by-efs-to-efs-9', '/backups/copies'])
      expect(names).not.toContain(name);
  });

  it('whose interrupted predecessor is in the way can be given up', () => {
    // Prepare
    chmodSync(source('d/small'), 0o600);
    directories.backup({ stopAt: new Date(Date.now() - 1000).toISOString() });
    mkdirSync(join(directories.label, 'incomplete/data/left over'), { recursive: true });

    // Act
    const report = directories.backup({ discardIncomplete: true });

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', filesResumed: 0 });
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('of an earlier release, with MD5, is verified, restored and the base of the next', async () => {
    // Prepare
    const archive = join(__dirname, 'copy-of-format-1.tar.gz');
    spawnSync('tar', ['-xpzf', archive, '-C', directories.root, '--numeric-owner']);
    const first = verify();

    // Act
    const restored = directories.restore();
    const next = directories.backup();

    // Assess
    expect([first.outcome, restored.outcome]).toEqual(['COMPLETED', 'COMPLETED']);
    expect(tree(source(restored.restoredTo))).toEqual(tree(`${directories.copy(1)}/`));
    expect(next.reason ?? next.outcome).toBe('COMPLETED');
  });
});
