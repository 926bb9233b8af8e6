import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostileSource } from '../../scenarios/worker/race';
import { describeWorker } from './describe-worker';

describeWorker('a user who owns a part of the source', () => {
  let hostile: HostileSource;

  beforeEach(() => {
    hostile = new HostileSource();
  });

  afterEach(() => hostile.remove());

  it('cannot lead a backup out of the source', async () => {
    // Prepare
    const { directories } = hostile;
    const before = hostile.outside();

    // Act
    for (const target of hostile.targets)
      await hostile.against(target, () => {
        directories.backup({ retain: 1 });
        directories.backup({ retain: 1 });
      });

    // Assess
    expect(hostile.outside()).toEqual(before);
    const copies = directories.copies().map((name) => join(directories.label, 'copies', name, 'data'));
    for (const copy of copies)
      for (const name of readdirSync(join(copy, 'users/evil')))
        if (existsSync(join(copy, 'users/evil', name, 'payroll')))
          expect(readFileSync(join(copy, 'users/evil', name, 'payroll'), 'utf8')).not.toContain('of the instance');
  });

  it('and is let into the copies cannot lead their verification or removal out of them', async () => {
    // Prepare
    hostile.directories.backup({ retain: 1 });
    const before = hostile.outside();

    // Act
    for (const target of hostile.targets) {
      hostile.openTheCopies();
      await hostile.against(target, () => hostile.verify());
      await hostile.against(target, () => {
        hostile.directories.backup({ retain: 1 });
        hostile.openTheCopies();
        hostile.directories.backup({ retain: 1 });
      });
    }

    // Assess
    expect(hostile.outside()).toEqual(before);
    expect(hostile.directories.copies()).toHaveLength(1);
  });

  it('cannot lead a restore in place, with deletions, or into a new directory out of what is restored', async () => {
    // Prepare
    hostile.directories.backup();
    hostile.loseFiles();
    const before = hostile.outside();

    // Act
    for (const target of hostile.targets)
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const inPlace = { mode: 'inPlace', subPath: '/users', deleteExtra: true };
        const { previewDigest } = hostile.directories.restore({ action: 'preview', ...inPlace });
        await hostile.against(target, () => hostile.directories.restore({ ...inPlace, previewDigest }));
        await hostile.against(target, () => {
          hostile.restoreInPlace();
          hostile.restoreToHisDirectory();
        });
      }

    // Assess
    expect(hostile.outside()).toEqual(before);
  });
});
