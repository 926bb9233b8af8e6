import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Directories, type Report } from '../../scenarios/worker/directories';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

describeWorker('a restore with the real worker', () => {
  let directories: Directories;
  let source: (path: string) => string;

  beforeEach(() => {
    directories = new Directories();
    source = (path) => join(directories.source, path);
    mkdirSync(source('app/data/deep'), { recursive: true });
    mkdirSync(source('other'));
    writeFileSync(source('app/data/one'), 'one');
    writeFileSync(source('app/data/deep/two'), 'two');
    linkSync(source('app/data/one'), source('app/data/deep/same'));
    symlinkSync('one', source('app/data/link'));
    writeFileSync(source('other/three'), 'three');
    writeFileSync(source('root'), 'root');
  });

  afterEach(() => directories.remove());

  const inPlace = (changes: object): { preview: Report; restored: () => Report } => {
    const request = { mode: 'inPlace', ...changes };
    const preview = directories.restore({ action: 'preview', ...request });
    return { preview, restored: () => directories.restore({ ...request, previewDigest: preview.previewDigest }) };
  };

  it('writes a whole copy into a new directory, and touches nothing else', () => {
    // Prepare
    directories.backup();
    const before = tree(directories.source).slice(1);

    // Act
    const report = directories.restore();

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', files: 6 });
    expect(report.restoredTo).toMatch(/^\/restored-.*daily-efs-to-efs-2$/);
    const restored = source(report.restoredTo);
    const after = tree(directories.source).slice(1);
    expect(after.filter((line) => !line.startsWith(report.restoredTo))).toEqual(before);
    expect(tree(restored).slice(1)).toEqual(before);
    expect(lstatSync(join(restored, 'root')).nlink).toBe(1);
  });

  it('writes to a prefix on another file system', () => {
    // Prepare
    directories.backup();
    mkdirSync(join(directories.root, 'fs-00000003/a prefix'), { recursive: true });

    // Act
    const target = { fileSystemId: 'fs-00000003', path: '/a prefix' };
    const { outcome, restoredTo } = directories.restore({ target, subPath: '/app' });

    // Assess
    expect(outcome).toBe('COMPLETED');
    expect(tree(join(directories.root, 'fs-00000003', restoredTo))).toEqual(tree(source('app')));
  });

  it('takes the copy of a date, of an interval and index, or the newest (S3-D31)', () => {
    // Prepare
    const [first, second, third] = ['first', 'second', 'third'].map((text, index) => {
      writeFileSync(source('root'), text);
      return directories.backup({ interval: index === 1 ? 'weekly' : 'daily' });
    }) as [Report, Report, Report];

    // Act
    const chosen = [
      { at: first.copiedAt },
      { at: third.copiedAt, interval: 'weekly' },
      { interval: 'daily', index: 1 },
      { newest: true },
    ].map((copy) => directories.restore({ copy, subPath: '/root' }));

    // Assess
    expect(chosen.map(({ copyName }) => copyName)).toEqual(
      [first, second, first, third].map(({ copyName }) => copyName),
    );
    expect(chosen.map(({ restoredTo }) => readFileSync(source(`${restoredTo}/root`), 'utf8'))).toEqual([
      'first',
      'second',
      'first',
      'third',
    ]);
  });

  it('refuses a copy, a path or a date that there is not, before it writes (S3-D03)', () => {
    // Prepare
    directories.backup();
    symlinkSync(directories.root, source('way-out'));
    const before = tree(directories.source);

    // Act
    const reports = [
      { copy: { interval: 'daily', index: 1 } },
      { copy: { newest: true, interval: 'monthly' } },
      { copy: { at: '2001-01-01T00:00:00Z' } },
      { subPath: '/app/none' },
      { subPath: '/app/../../root' },
      { target: { fileSystemId: 'fs-00000001', path: '/none' } },
      { target: { fileSystemId: 'fs-00000001', path: '/way-out' } },
      { target: { fileSystemId: 'fs-00000001', path: '/../' } },
      { target: { fileSystemId: 'fs-0000000f', path: '/' } },
      { mode: 'inPlace' },
      { mode: 'inPlace', action: 'preview', target: { fileSystemId: 'fs-00000002', path: '/' } },
      { target: { fileSystemId: 'fs-00000002', path: '/app/copies' } },
      { copy: { interval: 'daily.0;id', index: 0 } },
    ].map((changes) => directories.restore(changes));

    // Assess
    expect(reports.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
      'FAILED CopyNotFound',
      'FAILED CopyNotFound',
      'FAILED CopyNotFound',
      'FAILED SubPathNotFound',
      'FAILED InvalidRequest',
      'FAILED TargetNotFound',
      'FAILED TargetNotFound',
      'FAILED InvalidRequest',
      'FAILED TargetNotMounted',
      'FAILED InvalidRequest',
      'FAILED InvalidRequest',
      'FAILED TargetHoldsCopies',
      'FAILED InvalidRequest',
    ]);
    expect(reports[0]?.message).toContain(directories.copies()[0]);
    expect(tree(directories.source)).toEqual(before);
  });

  it('of a sub-directory never touches anything outside it (S3-D01)', () => {
    // Prepare
    directories.backup();
    writeFileSync(source('app/data/one'), 'overwritten');
    writeFileSync(source('app/data/extra'), 'extra');
    writeFileSync(source('app/beside'), 'beside');
    linkSync(source('app/data/deep/two'), source('outside'));
    chmodSync(source('outside'), 0o600);
    rmSync(source('app/data/link'));
    symlinkSync(source('other'), source('app/data/link'));
    const outside = () =>
      tree(directories.source, { marks: true }).filter((line) => !/^(\.|\/app|\/app\/data\/?.*|\/outside) /.test(line));
    const before = outside();

    // Act
    const { preview, restored } = inPlace({ subPath: '/app/data', deleteExtra: true });
    const report = restored();

    // Assess
    expect(preview).toMatchObject({ outcome: 'COMPLETED', deletes: 1, deleteSample: ['extra'] });
    expect(report).toMatchObject({ outcome: 'COMPLETED', restoredTo: '/app/data' });
    expect(outside()).toEqual(before);
    expect([readFileSync(source('outside'), 'utf8'), lstatSync(source('outside')).mode & 0o777]).toEqual([
      'two',
      0o600,
    ]);
    const data = tree(source('app/data')).filter((line) => !line.includes('/.replaced-by-'));
    expect(data).toEqual(tree(join(directories.copy(), 'app/data')));
    const safety = source(report.safetyCopy);
    expect(readFileSync(join(safety, 'one'), 'utf8')).toBe('overwritten');
    expect(readFileSync(join(safety, 'extra'), 'utf8')).toBe('extra');
    expect(lstatSync(join(safety, 'link')).isSymbolicLink()).toBe(true);
  });

  it('in place keeps files that are newer than the copy, unless told otherwise (S3-D02)', () => {
    // Prepare
    directories.backup();
    writeFileSync(source('new'), 'new');
    rmSync(source('other/three'));

    // Act
    const { preview, restored } = inPlace({});
    const report = restored();

    // Assess
    expect(preview).toMatchObject({ creates: 1, createSample: ['other/three'], overwrites: 0, deletes: 0 });
    expect(report.outcome).toBe('COMPLETED');
    expect([readFileSync(source('new'), 'utf8'), readFileSync(source('other/three'), 'utf8')]).toEqual([
      'new',
      'three',
    ]);
    expect(report.safetyCopy).toBeUndefined();
  });

  it('in place brings back a directory that was deleted, with the attributes of those above it', () => {
    // Prepare
    chmodSync(source('app'), 0o750);
    directories.backup();
    rmSync(source('app'), { recursive: true });

    // Act
    const { preview, restored } = inPlace({ subPath: '/app/data' });
    const report = restored();

    // Assess
    expect(preview).toMatchObject({ creates: 6, overwrites: 0, createSample: expect.arrayContaining(['./', 'one']) });
    expect(report).toMatchObject({ outcome: 'COMPLETED', restoredTo: '/app/data' });
    expect(tree(source('app'))).toEqual(tree(join(directories.copy(), 'app')));
  });

  it('in place does nothing when the world has changed since its preview (S3-D02)', () => {
    // Prepare
    directories.backup();
    rmSync(source('root'));
    const { restored } = inPlace({ deleteExtra: true });
    writeFileSync(source('other/new'), 'written after the preview');
    const before = tree(directories.source);

    // Act
    const report = restored();

    // Assess
    expect(report).toMatchObject({ outcome: 'FAILED', reason: 'PreviewOutdated', exitCode: 1 });
    expect(tree(directories.source)).toEqual(before);
  });

  it('in place finds content that was changed without a trace in size and time', () => {
    // Prepare
    utimesSync(source('root'), 1_000_000_000, 1_000_000_000);
    directories.backup();
    writeFileSync(source('root'), 'evil');
    utimesSync(source('root'), 1_000_000_000, 1_000_000_000);

    // Act
    const report = inPlace({}).restored();

    // Assess
    expect(report.outcome).toBe('COMPLETED');
    expect(readFileSync(source('root'), 'utf8')).toBe('root');
    expect(readFileSync(source(`${report.safetyCopy}/root`), 'utf8')).toBe('evil');
  });

  it('in place never follows a link that took the place of a directory', () => {
    // Prepare
    directories.backup();
    rmSync(source('app/data'), { recursive: true });
    mkdirSync(source('trap'));
    symlinkSync(source('trap'), source('app/data'));

    // Act
    const report = inPlace({}).restored();

    // Assess
    expect(report.outcome).toBe('COMPLETED');
    expect(readdirSync(source('trap'))).toEqual([]);
    expect(tree(source('app'))).toEqual(tree(join(directories.copy(), 'app')));
  });

  it('says that a copy is damaged, in JSON whatever the name is, and restores the rest (S3-D05, S3-D34)', () => {
    // Prepare
    const name = Buffer.concat([Buffer.from(`${source('other')}/"; \n`), Buffer.from([0xff])]);
    writeFileSync(name, 'three');
    utimesSync(name, 1_000_000_000, 1_000_000_000);
    directories.backup();
    const damaged = Buffer.concat([
      Buffer.from(`${directories.copy()}/other/`),
      name.subarray(source('other').length + 1),
    ]);
    writeFileSync(damaged, 'THREE');
    utimesSync(damaged, 1_000_000_000, 1_000_000_000);

    // Act
    const report = directories.restore();

    // Assess
    expect(report).toMatchObject({
      outcome: 'FAILED',
      reason: 'PartialTransfer',
      failedPaths: ['other/"; \\x0a\\xff'],
    });
    expect(report.restoredTo).toContain('/.incomplete-restored-');
    expect(readFileSync(source(`${report.restoredTo}/root`), 'utf8')).toBe('root');
  });

  it('verifies a whole copy: content, attributes, what is missing and what is too much (S3-D34)', () => {
    // Prepare
    utimesSync(source('root'), 1_000_000_000, 1_000_000_000);
    directories.backup();
    const verify = (sampleFiles?: number) =>
      directories.run({
        action: 'verify',
        backup: { fileSystemId: 'fs-00000002' },
        folderLabel: 'app',
        copy: { newest: true },
        sampleFiles,
      });
    const good = [verify(), verify(2)];
    const damaged = join(directories.copy(), 'root');
    writeFileSync(damaged, 'rotX');
    utimesSync(damaged, 1_000_000_000, 1_000_000_000);
    chmodSync(join(directories.copy(), 'other/three'), 0o600);
    rmSync(join(directories.copy(), 'app/data/deep/two'));
    writeFileSync(join(directories.copy(), 'app/foreign'), '');

    // Act
    const bad = verify();

    // Assess
    expect(good.map(({ outcome, verifiedFiles }) => [outcome, verifiedFiles])).toEqual([
      ['COMPLETED', 6],
      ['COMPLETED', 2],
    ]);
    expect(bad).toMatchObject({ outcome: 'FAILED', reason: 'CopyDamaged' });
    expect(
      bad.failedPaths?.filter((path) => (existsSync(source(path)) ? lstatSync(source(path)).isFile() : true)).sort(),
    ).toEqual(['app/data/deep/two', 'app/foreign', 'other/three', 'root']);
  });
});
