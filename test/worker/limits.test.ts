import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Directories, python } from '../../scenarios/worker/directories';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

/** Makes directories in each other, as an application would that changes into each; then a file `leaf` in the last. */
const CHAIN = `
import os, sys
os.chdir(sys.argv[1])
for name in sys.argv[2].split('/'): os.mkdir(name); os.chdir(name)
with open('leaf', 'w') as file: file.write('deep')
`;
/** Changes into each directory of a chain and prints the content of its leaf, or `missing`. */
const LEAF = `
import os, sys
try:
    os.chdir(sys.argv[1])
    for name in sys.argv[2].split('/'): os.chdir(name)
    print(open('leaf').read(), end='')
except FileNotFoundError: print('missing', end='')
`;

describeWorker('a source at the limits of Linux and EFS', () => {
  let directories: Directories;

  beforeEach(() => {
    directories = new Directories();
    writeFileSync(join(directories.source, 'other'), 'other');
  });

  afterEach(() => {
    // rm takes any depth, Node's rmSync does not.
    spawnSync('rm', ['-rf', directories.root]);
  });

  const leafIn = (root: string, chain: string) =>
    spawnSync(python(), ['-c', LEAF, root, chain], { encoding: 'utf8' }).stdout;

  it.each([
    ['paths longer than PATH_MAX', Array(30).fill('d'.repeat(200)).join('/')],
    ['paths that are just shorter than PATH_MAX', Array(19).fill('d'.repeat(205)).join('/')],
    ['996 directories in each other', Array(996).fill('d').join('/')],
  ])('with %s is backed up, verified, restored, and removed when it is old', (_what, chain) => {
    // Prepare
    spawnSync(python(), ['-c', CHAIN, directories.source, chain]);

    // Act
    const backups = [1, 2, 3].map(() => directories.backup({ retain: 1 }));
    const verified = directories.run({
      action: 'verify',
      backup: { fileSystemId: 'fs-00000002' },
      folderLabel: 'app',
      copy: { newest: true },
    });
    const restored = directories.restore();

    // Assess
    for (const report of backups) expect(report).toMatchObject({ outcome: 'COMPLETED', files: 2 });
    expect(verified).toMatchObject({ outcome: 'COMPLETED', verifiedFiles: 2 });
    expect(restored).toMatchObject({ outcome: 'COMPLETED', files: 2 });
    expect(leafIn(directories.copy(), chain)).toBe('deep');
    expect(leafIn(join(directories.source, restored.restoredTo), chain)).toBe('deep');
    expect(directories.copies()).toHaveLength(1);
    expect(readdirSync(join(directories.label, 'removing'))).toEqual([]);
  });

  it('with directories that are too large for memory is copied, changed, resumed, verified and restored like any other', () => {
    // Prepare
    const spilled = directories.withLargeDirectoriesOf(100);
    const file = (name: string) => join(directories.source, name);
    for (let number = 0; number < 60; number += 1) writeFileSync(file(`file ${number}`), `${number}`);
    writeFileSync(Buffer.concat([Buffer.from(file('')), Buffer.from([0xff, 0x0a])]), 'no UTF-8');
    for (let number = 0; number < 10; number += 1) linkSync(file(`file ${number}`), file(`second name ${number}`));

    // Act
    const reports = [directories.backup({}, spilled)];
    writeFileSync(file('file 20'), 'changed');
    rmSync(file('file 30'));
    linkSync(file('file 40'), file('second name of 40'));
    reports.push(directories.backup({ stopAt: new Date(0).toISOString() }, spilled), directories.backup({}, spilled));
    const verify = {
      action: 'verify',
      backup: { fileSystemId: 'fs-00000002' },
      folderLabel: 'app',
      copy: { newest: true },
    };
    reports.push(directories.run(verify, spilled));
    const wanted = tree(`${directories.source}/`);
    for (let number = 0; number < 20; number += 1) rmSync(file(`file ${number}`));
    const inPlace = { mode: 'inPlace', exclude: ['file 19'] };
    const preview = directories.restore({ ...inPlace, action: 'preview' }, spilled);
    reports.push(directories.restore({ ...inPlace, previewDigest: preview.previewDigest }, spilled));

    // Assess
    expect(reports.map(({ outcome }) => outcome)).toEqual([
      'COMPLETED',
      'STOPPED',
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
    ]);
    expect(tree(`${directories.copy()}/`)).toEqual(wanted);
    expect(preview).toMatchObject({ creates: 19, overwrites: 10 });
    for (let number = 0; number < 19; number += 1)
      expect(readFileSync(file(`file ${number}`), 'utf8')).toBe(`${number}`);
    expect(existsSync(file('file 19'))).toBe(false);
  });
});
