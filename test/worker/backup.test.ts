import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Directories, IS_NFS41, python } from '../../scenarios/worker/directories';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

describeWorker('a backup with the real worker', () => {
  let directories: Directories;
  let source: (path: string) => string;

  beforeEach(() => {
    directories = new Directories();
    source = (path) => join(directories.source, path);
    mkdirSync(source('docs/deep/er'), { recursive: true });
    writeFileSync(source('readme'), 'read me');
    writeFileSync(source('docs/one'), 'one');
    writeFileSync(source('docs/deep/er/two'), 'two');
  });

  afterEach(() => directories.remove());

  it('keeps every kind of file, owner, mode, time and name (S3-D14)', () => {
    // Prepare
    for (const name of ['with space', 'new\nline', '-n', '$(touch pwned)', '\\#012', "'; rm -rf .", '\u2028', '*'])
      writeFileSync(source(name), name);
    writeFileSync(Buffer.concat([Buffer.from(`${source('invalid')}-`), Buffer.from([0xff, 0xfe])]), 'not UTF-8');
    writeFileSync(source('sparse'), '');
    spawnSync('truncate', ['--size', '20M', source('sparse')]);
    writeFileSync(source('small and sparse'), '');
    spawnSync('truncate', ['--size', '500K', source('small and sparse')]);
    writeFileSync(source('large'), Buffer.alloc(3_000_000, 'large'));
    linkSync(source('readme'), source('docs/deep/same'));
    symlinkSync('../outside', source('docs/link'));
    symlinkSync('/nowhere', source('dangling'));
    spawnSync('mkfifo', [source('pipe')]);
    spawnSync('mknod', [source('device'), 'c', '1', '3']);
    chownSync(source('docs/one'), 4711, 4712);
    chmodSync(source('docs/one'), 0o4750);
    chownSync(source('docs'), 4711, 4712);
    chmodSync(source('docs'), 0o2771);
    utimesSync(source('docs/one'), 1_000_000_000.123, 1_000_000_000.123);
    utimesSync(source('docs'), 1_000_000_001, 1_000_000_001);

    // Act
    const report = directories.backup();

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', exitCode: 0, filesVanished: 0 });
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
    for (const name of ['sparse', 'small and sparse'])
      expect(statSync(join(directories.copy(), name)).blocks).toBeLessThan(100);
  });

  it('links what has not changed, copies what has, and leaves out what is gone (S3-F04, S3-F08)', () => {
    // Prepare
    const first = directories.backup();
    writeFileSync(source('docs/one'), 'one more');
    writeFileSync(source('new'), 'new');
    rmSync(source('docs/deep/er/two'));

    // Act
    const second = directories.backup();

    // Assess
    expect([first.outcome, second.outcome]).toEqual(['COMPLETED', 'COMPLETED']);
    expect(second).toMatchObject({ files: 3, filesTransferred: 2, bytesTransferred: 11 });
    expect(tree(`${directories.copy(0)}/`)).toEqual(tree(`${directories.source}/`));
    expect(lstatSync(join(directories.copy(0), 'readme')).ino).toBe(lstatSync(join(directories.copy(1), 'readme')).ino);
  });

  it('never alters an older copy when the attributes of a file change (S3-D13)', () => {
    // Prepare
    directories.backup();
    const content = tree(`${directories.copy()}/`);
    chmodSync(source('readme'), 0o600);
    chownSync(source('docs/one'), 4711, 4712);
    utimesSync(source('docs/deep/er/two'), 1, 1);

    // Act
    const report = directories.backup();

    // Assess
    expect(report.outcome).toBe('COMPLETED');
    expect(tree(`${directories.copy(1)}/`)).toEqual(content);
    expect(tree(`${directories.copy(0)}/`)).toEqual(tree(`${directories.source}/`));
  });

  it('finds a file that was replaced by another of the same size and time', () => {
    // Prepare
    const time = new Date('2026-01-01T00:00:00Z');
    utimesSync(source('docs/one'), time, time);
    directories.backup();
    writeFileSync(source('other'), 'eno');
    utimesSync(source('other'), time, time);
    renameSync(source('other'), source('docs/one'));

    // Act
    directories.backup();

    // Assess
    expect(readFileSync(join(directories.copy(0), 'docs/one'), 'utf8')).toBe('eno');
    expect(readFileSync(join(directories.copy(1), 'docs/one'), 'utf8')).toBe('one');
  });

  it('keeps the newest copies of each interval, and of each at least one (S3-D12)', () => {
    // Act
    directories.backup({ interval: 'weekly', retain: 1 });
    for (let run = 0; run < 4; run += 1) directories.backup({ retain: 3 });
    const last = directories.backup({ retain: 1 });

    // Assess
    expect(last.removedCopies).toHaveLength(3);
    expect(directories.copies().map((name) => name.split('.')[1])).toEqual(['weekly', 'daily']);
    expect(readdirSync(directories.label).sort()).toEqual(['.lock', 'copies', 'daily.0', 'removing', 'weekly.0']);
    expect(readdirSync(join(directories.label, 'removing'))).toEqual([]);
  });

  (IS_NFS41 ? it.skip : it)(
    'keeps extended attributes and ACLs where the file systems have them, of each copy its own',
    () => {
      // Prepare: user 4711 may read (acl(5), as Linux stores it).
      const acl = '0200000001000600ffffffff0200040067120000' + '04000400ffffffff10000400ffffffff20000000ffffffff';
      const set = (path: string, name: string, hex: string) =>
        xattrs('os.setxattr(sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]))', source(path), name, hex);
      set('docs', 'user.team', '41');
      set('docs/one', 'user.team', '42');
      set('docs/one', 'system.posix_acl_access', acl);
      directories.backup();
      set('docs/one', 'user.team', '43');

      // Act
      const report = directories.backup();

      // Assess
      const read = (path: string) =>
        xattrs('print({n: os.getxattr(sys.argv[1], n).hex() for n in sorted(os.listxattr(sys.argv[1]))})', path);
      expect(report.outcome).toBe('COMPLETED');
      for (const path of ['docs', 'docs/one']) expect(read(join(directories.copy(0), path))).toBe(read(source(path)));
      expect(read(join(directories.copy(1), 'docs/one'))).toContain("'user.team': '42'");
      expect(read(source('docs/one'))).toContain(acl);
    },
  );
});

function xattrs(act: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(python(), ['-c', `import os, sys; ${act}`, ...args], { encoding: 'utf8' });
  if (stderr) throw new Error(stderr);
  return stdout;
}
