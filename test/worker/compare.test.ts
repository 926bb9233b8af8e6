import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Directories, type Report } from '../../scenarios/worker/directories';
import { describeWorker } from './describe-worker';

const RECOVERY = 'aws-backup-restore_2026-11-20T02-00-00Z';
const FILES = ['a.txt', 'deep/er/b.txt', 'deep/c.txt', 'other/d.txt'];

describeWorker('a restored file system, compared with its source', () => {
  let directories: Directories;
  let afterwards: string;
  const source = (path: string) => join(directories.source, path);
  const restored = (path: string) => join(directories.destination, RECOVERY, path);

  function write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  beforeEach(() => {
    directories = new Directories();
    for (const place of [source, restored]) {
      for (const path of FILES) write(place(path), `content of ${path}`);
      symlinkSync('a.txt', place('link'));
    }
    afterwards = new Date(Date.now() + 5000).toISOString();
  });

  afterEach(() => directories.remove());

  function compare(changes: object = {}): Report {
    return directories.run({
      action: 'compare',
      source: { fileSystemId: 'fs-00000001' },
      restored: { fileSystemId: 'fs-00000002' },
      before: afterwards,
      sampleFiles: 100,
      ...changes,
    });
  }

  it('is good with the same files, and says how many were compared and read', () => {
    expect(compare()).toMatchObject({
      outcome: 'COMPLETED',
      comparedFiles: 5,
      readFiles: 4,
      newerFiles: 0,
      recoveryDirectory: RECOVERY,
    });
  });

  it.each<[string, () => void, string]>([
    ['a file is missing', () => rmSync(restored('deep/c.txt')), 'deep/c.txt'],
    ['a directory is missing', () => rmSync(restored('deep'), { recursive: true }), 'deep/er/b.txt'],
    ['a file is shorter', () => write(restored('a.txt'), 'conten'), 'a.txt'],
    ['a file has another content of the same length', () => write(restored('a.txt'), 'CONTENT OF a.txt'), 'a.txt'],
    ['a link leads elsewhere', () => [rmSync(restored('link')), symlinkSync('b.txt', restored('link'))], 'link'],
    ['a file became a directory', () => [rmSync(restored('a.txt')), mkdirSync(restored('a.txt'))], 'a.txt'],
  ])('differs when %s', (_name, damage, path) => {
    damage();

    const report = compare();

    expect(report).toMatchObject({ outcome: 'FAILED', reason: 'RestoredDiffers' });
    expect(report.failedPaths).toContain(path);
  });

  it('compares no file that changed after the recovery point', () => {
    rmSync(restored('a.txt'));

    expect(compare({ before: '2026-01-01T00:00:00Z' })).toMatchObject({
      outcome: 'COMPLETED',
      comparedFiles: 0,
      newerFiles: 5,
    });
  });

  it('does not mind what was deleted in the source since', () => {
    rmSync(source('other'), { recursive: true });

    expect(compare()).toMatchObject({ outcome: 'COMPLETED', comparedFiles: 4 });
  });

  it.each<[string, () => void]>([
    ['no recovery directory', () => renameSync(restored(''), join(directories.destination, 'elsewhere'))],
    ['two of them', () => mkdirSync(join(directories.destination, 'aws-backup-restore_2026-11-19T02-00-00Z'))],
  ])('is not found with %s', (_name, damage) => {
    damage();

    expect(compare()).toMatchObject({ outcome: 'FAILED', reason: 'RestoredNotFound' });
  });
});
