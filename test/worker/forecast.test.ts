import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Directories } from '../../scenarios/worker/directories';
import { compileShim } from '../../scenarios/worker/shim';
import { describeWorker } from './describe-worker';

describeWorker('what a backup says of the next one', () => {
  let directories: Directories;

  beforeEach(() => {
    directories = new Directories();
    make('first', 20);
  });

  afterEach(() => directories.remove());

  function make(folder: string, files: number): void {
    mkdirSync(join(directories.source, folder));
    for (let file = 0; file < files; file += 1) writeFileSync(join(directories.source, folder, `${file}`), '12345');
  }

  it('is how the source has grown, and how long it will take, in report and catalogue, as soon as there is a measure', () => {
    // Act
    const first = directories.backup();
    make('second', 10);
    const second = directories.backup();

    // Assess
    expect([first.growth, first.nextRunSeconds]).toEqual([undefined, undefined]);
    expect(second).toMatchObject({ growth: { files: 10, bytes: 50 }, nextRunSeconds: expect.any(Number) });
    const facts = JSON.parse(
      readFileSync(join(directories.label, 'copies', second.copyName ?? '', 'copy.json'), 'utf8'),
    );
    expect(facts).toMatchObject({ growth: { files: 10, bytes: 50 }, nextRunSeconds: second.nextRunSeconds });
    expect(facts.seconds).toEqual(expect.any(Number));
  });

  it('is when it would have ended, if it could not within its window', () => {
    // Prepare
    for (let folder = 0; folder < 80; folder += 1) make(`${folder}`, 20);
    const shim = compileShim(directories.root);
    if (!shim) return;
    const slow = shim.environment({ root: directories.root, metadataMicroseconds: 6000 });
    const stopAt = new Date(Date.now() + 6000);

    // Act
    const report = directories.backup(
      { threads: 2, stopAt: stopAt.toISOString() },
      { ...slow, ...directories.withEarlyForecasts() },
    );

    // Assess
    expect(report).toMatchObject({ outcome: 'STOPPED' });
    expect(report.wouldEndAt).toBeGreaterThan(stopAt.getTime() / 1000);
    const expected = directories
      .itemUpdates()
      .map(({ progress }) => (progress as { expectedEndAt?: number })?.expectedEndAt);
    expect(Math.max(...expected.filter((time) => time !== undefined))).toBeGreaterThan(stopAt.getTime() / 1000);
  });
});
