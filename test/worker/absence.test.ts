import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories } from '../../scenarios/worker/directories';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

describeWorker('a backup of a source that is not what it was', () => {
  let directories: Directories;
  let source: (path: string) => string;

  beforeEach(() => {
    directories = new Directories();
    source = (path) => join(directories.source, path);
    for (let file = 0; file < 400; file += 1) {
      mkdirSync(source(`data/${file % 20}`), { recursive: true });
      writeFileSync(source(`data/${file % 20}/${file}`), `${file}`);
    }
  });

  afterEach(() => directories.remove());

  const suspect = () => directories.copies().filter((name) => name.endsWith('.suspect'));
  const good = () => directories.copies().filter((name) => !name.endsWith('.suspect'));

  it('that is empty replaces no copy, however many nights it lasts, and says so', () => {
    // Prepare
    for (let night = 0; night < 2; night += 1) directories.backup({ retain: 2 });
    const before = good();
    rmSync(source('data'), { recursive: true });

    // Act
    const nights = [1, 2, 3].map(() => directories.backup({ retain: 2 }));

    // Assess
    for (const night of nights) expect(night).toMatchObject({ outcome: 'FAILED', reason: 'CopySuspect', exitCode: 1 });
    expect(nights[2]?.message).toContain('acceptShrunkCopy');
    expect(nights[2]?.suspectCopies).toHaveLength(3);
    expect(good()).toEqual(before);
    expect(readdirSync(join(directories.copy(0), 'data'))).toHaveLength(20);
  });

  it('that is empty from the beginning has a suspect first copy', () => {
    rmSync(source('data'), { recursive: true });

    expect(directories.backup()).toMatchObject({ outcome: 'FAILED', reason: 'CopySuspect' });
    expect(good()).toEqual([]);
  });

  it('and has lost a quarter is accepted by the name of the copy, once and for all', () => {
    // Prepare
    directories.backup({ retain: 1 });
    for (let directory = 0; directory < 6; directory += 1) rmSync(source(`data/${directory}`), { recursive: true });

    // Act
    const told = directories.backup({ retain: 1 });
    const [name = ''] = suspect();
    const restored = directories.restore({ copy: { name } });
    rmSync(source(restored.restoredTo), { recursive: true });
    const wrong = directories.backup({ retain: 1, acceptShrunkCopy: '2001-01-01T00-00-00Z.daily' });
    const accepted = directories.backup({ retain: 1, acceptShrunkCopy: name });

    // Assess
    expect(told).toMatchObject({ reason: 'CopySuspect', copyName: name });
    expect(restored).toMatchObject({ outcome: 'COMPLETED', files: 280, isSuspect: true });
    expect(wrong).toMatchObject({ outcome: 'FAILED', reason: 'CopyNotFound' });
    expect(accepted).toMatchObject({ outcome: 'COMPLETED', acceptedCopy: true, filesTransferred: 0 });
    expect([good().length, suspect().length]).toEqual([1, 0]);
  });

  it('and has lost fewer than a hundred files, or one name of each, is nothing to wonder at', () => {
    // Prepare
    directories.backup();
    for (let directory = 0; directory < 4; directory += 1) rmSync(source(`data/${directory}`), { recursive: true });

    // Act
    const fewer = directories.backup();

    // Assess
    expect(fewer).toMatchObject({ outcome: 'COMPLETED', files: 320 });
  });

  it('and is renamed in mid-walk is no complete copy, and the good one stays', async () => {
    // Prepare
    const request = directories.backupRequest({ source: { fileSystemId: 'fs-00000001', path: '/data' }, retain: 1 });
    directories.run(request);
    const before = [good(), tree(`${directories.copy()}/`)];
    for (let directory = 0; directory < 20; directory += 1) writeFileSync(source(`data/${directory}/new`), 'new');

    // Act
    const { report } = directories.start(request);
    const journal = join(directories.label, 'incomplete/journal.000000');
    while (!existsSync(journal) || statSync(journal).size < 100) await setTimeout(1);
    renameSync(source('data'), source('data.old'));
    const ended = await report;

    // Assess
    expect(ended).toMatchObject({ outcome: 'FAILED', reason: 'SourceNotFound' });
    expect([good(), tree(`${directories.copy()}/`)]).toEqual(before);
  });

  it('keeps suspect copies for 30 days, and tells when it removes them', () => {
    // Prepare
    directories.backup();
    rmSync(source('data'), { recursive: true });
    directories.backup();
    const [name = ''] = suspect();
    const old = '2020-01-01T00-00-00Z.daily.suspect';
    renameSync(join(directories.label, 'copies', name), join(directories.label, 'copies', old));

    // Act
    const report = directories.backup();

    // Assess
    expect(report.removedSuspectCopies).toEqual([old]);
    expect(suspect()).toEqual([report.copyName]);
    expect(readFileSync(join(directories.label, 'copies', report.copyName ?? '', 'copy.json'), 'utf8')).toContain(
      'empty',
    );
  });
});
