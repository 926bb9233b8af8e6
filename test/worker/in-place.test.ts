import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories } from '../../scenarios/worker/directories';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

const FILES = 1500;

describeWorker('a restore in place beside an application that works', () => {
  let directories: Directories;
  let source: (path: string) => string;

  beforeEach(() => {
    directories = new Directories();
    source = (path) => join(directories.source, path);
    mkdirSync(source('data'));
    writeFileSync(source('data/saved'), 'old');
    writeFileSync(source('data/deleted'), 'old');
  });

  afterEach(() => directories.remove());

  it('loses nothing that is written after the preview', async () => {
    // Prepare
    for (let file = 0; file < FILES; file += 1) writeFileSync(source(`data/${file}`), 'old');
    directories.backup();
    for (let file = 0; file < FILES; file += 1) writeFileSync(source(`data/${file}`), 'broken');
    rmSync(source('data/deleted'));
    writeFileSync(source('data/saved'), 'state at the preview');
    const request = { mode: 'inPlace' };
    const { previewDigest } = directories.restore({ action: 'preview', ...request });

    // Act
    const { report } = directories.start(directories.restoreRequest({ ...request, previewDigest }));
    while (!readdirSync(directories.source).some((name) => name.startsWith('.replaced-by-'))) await setTimeout(1);
    const orders = ['created', 'saved', 'appended'];
    if (!existsSync(source('data/deleted'))) writeFileSync(source('data/deleted'), 'created');
    writeFileSync(source('data/.tmp'), 'saved');
    renameSync(source('data/.tmp'), source('data/saved'));
    appendFileSync(source('data/7'), 'appended');
    const ended = await report;

    // Assess
    const everywhere = contents(directories.source);
    for (const order of orders) expect(everywhere.some((content) => content.includes(order))).toBe(true);
    if (ended?.outcome === 'FAILED') expect(ended).toMatchObject({ reason: 'PartialTransfer' });
  });

  it('keeps and names what is at a name that was free in the preview', () => {
    // Prepare
    directories.backup();
    rmSync(source('data'), { recursive: true });
    const { previewDigest } = directories.restore({ action: 'preview', mode: 'inPlace' });

    // Act: something is made between the check of the preview and the act.
    const report = directories.restore(
      { mode: 'inPlace', previewDigest },
      directories.betweenPlanAndAct(`
import os
os.mkdir(ROOT + '/data'); open(ROOT + '/data/deleted', 'w').write('mine')
`),
    );

    // Assess
    expect(report).toMatchObject({ outcome: 'FAILED', reason: 'PartialTransfer', failedPaths: ['data'] });
    expect(readFileSync(source('data/deleted'), 'utf8')).toBe('mine');
  });

  it('is not outdated by files that grow, and keeps what they have grown to', () => {
    // Prepare
    directories.backup();
    writeFileSync(source('data/saved'), 'line\n');
    const { previewDigest } = directories.restore({ action: 'preview', mode: 'inPlace' });
    appendFileSync(source('data/saved'), 'one more\n');

    // Act
    const report = directories.restore({ mode: 'inPlace', previewDigest });

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED' });
    expect(readFileSync(source(`${report.safetyCopy}/data/saved`), 'utf8')).toBe('line\none more\n');
    expect(readFileSync(source('data/saved'), 'utf8')).toBe('old');
  });

  it('shows and keeps the mode, owner and time that a directory had', () => {
    // Prepare
    chmodSync(source('data'), 0o755);
    directories.backup();
    chmodSync(source('data'), 0o700);
    chownSync(source('data'), 4711, 4712);
    utimesSync(source('data'), 5, 5);

    // Act
    const preview = directories.restore({ action: 'preview', mode: 'inPlace' });
    const report = directories.restore({ mode: 'inPlace', previewDigest: preview.previewDigest });

    // Assess
    expect(preview).toMatchObject({ overwrites: 1, overwriteSample: ['data/'] });
    expect(report).toMatchObject({ outcome: 'COMPLETED' });
    expect(lstatSync(source('data')).mode & 0o777).toBe(0o755);
    const kept = lstatSync(source(`${report.safetyCopy}/data`));
    expect([kept.mode & 0o777, kept.uid, kept.gid, kept.mtimeMs]).toEqual([0o700, 4711, 4712, 5000]);
  });

  it('after a night that came after another one restores all, and touches no earlier safety copy', () => {
    // Prepare
    directories.backup();
    writeFileSync(source('data/saved'), 'broken');
    const first = directories.restore({ action: 'preview', mode: 'inPlace' });
    const safety = directories.restore({ mode: 'inPlace', previewDigest: first.previewDigest }).safetyCopy;
    directories.backup();
    writeFileSync(source('data/saved'), 'broken again');
    mkdirSync(source('extra'));
    const before = tree(source(safety));

    // Act
    const request = { mode: 'inPlace', deleteExtra: true };
    const { previewDigest } = directories.restore({ action: 'preview', ...request });
    const report = directories.restore({ ...request, previewDigest });

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED' });
    expect(tree(source(safety))).toEqual(before);
    expect(readFileSync(source('data/saved'), 'utf8')).toBe('old');
    expect(existsSync(source('extra'))).toBe(false);
  });

  it('never moves the copies of a label, or an earlier safety copy, with what it deletes', () => {
    // Prepare
    directories.backup();
    mkdirSync(source('extra/backups/copies/2026-01-01T00-00-00Z.daily'), { recursive: true });
    writeFileSync(source('extra/backups/.lock'), '');
    mkdirSync(source('more/deep/.replaced-by-efs-to-efs-9'), { recursive: true });
    mkdirSync(source('plain/extra'), { recursive: true });

    // Act
    const request = { mode: 'inPlace', deleteExtra: true };
    const preview = directories.restore({ action: 'preview', ...request });
    const report = directories.restore({ ...request, previewDigest: preview.previewDigest });

    // Assess
    expect(preview).toMatchObject({ deletes: 2, keeps: 2 });
    expect(report).toMatchObject({ outcome: 'FAILED', reason: 'PartialTransfer' });
    expect(existsSync(source('extra/backups/copies/2026-01-01T00-00-00Z.daily'))).toBe(true);
    expect(existsSync(source('more/deep/.replaced-by-efs-to-efs-9'))).toBe(true);
    expect(existsSync(source('plain'))).toBe(false);
  });
});

function contents(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
