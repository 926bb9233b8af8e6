import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories } from '../../scenarios/worker/directories';
import { compileShim } from '../../scenarios/worker/shim';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

const FOLDERS = 40;
const FILES_PER_FOLDER = 50;

describeWorker('what a run costs', () => {
  let directories: Directories;

  beforeEach(() => {
    directories = new Directories();
  });

  afterEach(() => directories.remove());

  function make(folders: number, files: number): void {
    for (let folder = 0; folder < folders; folder += 1) {
      const path = join(directories.source, `area ${folder % 8}`, `${folder}`);
      mkdirSync(path, { recursive: true });
      for (let file = 0; file < files; file += 1) writeFileSync(join(path, `${file}`), `${folder} ${file}`);
    }
  }

  it('is at most 5.2 metadata calls a new file, and 2.25 an unchanged one, with those of directories and the run itself', async () => {
    // Prepare
    const shim = compileShim(directories.root);
    if (!shim) return;
    make(FOLDERS, FILES_PER_FOLDER);
    await setTimeout(1200);
    const calls = () => {
      const { outcome, filesLinked, filesTransferred } = directories.backup(
        { verifySampleFiles: 0 },
        shim.environment({ root: directories.root, isNfs41: true }),
      );
      const perFile = shim.counts().metadataCalls / (FOLDERS * FILES_PER_FOLDER);
      return { outcome, filesLinked, filesTransferred, perFile };
    };

    // Act
    const [first, second] = [calls(), calls()];

    // Assess
    const files = FOLDERS * FILES_PER_FOLDER;
    expect(first).toMatchObject({ outcome: 'COMPLETED', filesTransferred: files });
    expect(second).toMatchObject({ outcome: 'COMPLETED', filesLinked: files });
    expect(first.perFile).toBeLessThanOrEqual(5.2);
    expect(second.perFile).toBeLessThanOrEqual(2.25);
  });

  it('of restoring one directory is no reading of the whole index', () => {
    // Prepare: an index of many blocks of 64 KiB.
    make(4000, 1);
    appendFileSync(join(directories.source, 'area 1/1/more'), 'more');
    directories.backup({ verifySampleFiles: 0 });
    const count = join(directories.root, 'blocks');
    writeFileSync(count, '');

    // Act
    const report = directories.restore({ subPath: '/area 1/1' }, directories.countingBlocksOfTheIndex(count));

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', files: 2 });
    const blocks =
      readFileSync(join(directories.label, 'copies', directories.copies()[0] ?? '', 'index')).length / 65_536;
    expect(blocks).toBeGreaterThan(5);
    expect(readFileSync(count).length).toBeLessThanOrEqual(Math.ceil(Math.log2(blocks)) + 1);
  });

  it('of many processes is paid for the same copy as that of one', async () => {
    // Prepare
    make(FOLDERS, FILES_PER_FOLDER);
    await setTimeout(1200);
    directories.backup({ threads: 1 });
    for (let folder = 0; folder < FOLDERS; folder += 1)
      appendFileSync(join(directories.source, `area ${folder % 8}`, `${folder}`, '7'), 'more');

    // Act
    const many = directories.backup({ threads: 64 });

    // Assess
    expect(many).toMatchObject({ outcome: 'COMPLETED', filesTransferred: FOLDERS });
    expect(tree(`${directories.copy()}/`)).toEqual(tree(`${directories.source}/`));
  });
});
