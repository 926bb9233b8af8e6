import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Directories, python } from '../../scenarios/worker/directories';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker } from './describe-worker';

/** The user of the source who owns `users/evil`, and nothing else. */
const ATTACKER = 1001;

/**
 * As that user, as fast as it can: puts links to `target`, files and directories of his own in the place of his
 * directories and files, and back, and lets the worker's own directories meet links of the same names.
 */
const RACE = `
import os, sys
evil, target, until = sys.argv[1:4]
os.setgroups([]); os.setgid(${ATTACKER}); os.setuid(${ATTACKER})
print('racing', flush=True)
def attempt(call, *paths):
    try: call(*paths)
    except OSError: pass
while os.path.exists(until):
    for name in ('sub', 'deep', 'gone', 'extra'):
        here, away = evil + '/' + name, evil + '/.' + name
        attempt(os.rename, here, away)
        attempt(os.symlink, target, here)
        attempt(os.unlink, here)
        attempt(os.rename, away, here)
    for name in os.listdir(evil):
        if name.startswith(('.incomplete', '.replaced')):
            attempt(os.rename, evil + '/' + name, evil + '/mine')
            attempt(os.symlink, target, evil + '/' + name)
            attempt(os.unlink, evil + '/' + name)
            attempt(os.rename, evil + '/mine', evil + '/' + name)
    attempt(os.link, target + '/payroll', evil + '/sub/payroll')
    attempt(os.unlink, evil + '/sub/payroll')
`;

describeWorker('a user who owns a part of the source', () => {
  let directories: Directories;
  let source: (path: string) => string;
  let outside: () => string[];

  beforeEach(() => {
    directories = new Directories();
    chmodSync(directories.root, 0o755);
    source = (path) => join(directories.source, path);
    mkdirSync(source('victim'));
    writeFileSync(source('victim/payroll'), 'secret');
    for (const path of ['victim', 'victim/payroll']) chownSync(source(path), 1002, 1002);
    chmodSync(source('victim'), 0o755);
    mkdirSync(join(directories.root, 'host/etc'), { recursive: true });
    writeFileSync(join(directories.root, 'host/etc/payroll'), 'of the instance itself');
    outside = () =>
      [source('victim'), join(directories.root, 'host')].flatMap((path) => tree(path, { marks: true }).slice(1));
    for (let user = 0; user < 8; user += 1) {
      mkdirSync(source(`users/u${user}`), { recursive: true });
      for (let file = 0; file < 40; file += 1) writeFileSync(source(`users/u${user}/${file}`), `${user} ${file}`);
    }
    for (const name of ['sub', 'deep', 'gone', 'extra']) {
      mkdirSync(source(`users/evil/${name}`), { recursive: true });
      for (let file = 0; file < 10; file += 1) writeFileSync(source(`users/evil/${name}/${file}`), `${file}`);
      writeFileSync(source(`users/evil/${name}/payroll`), 'mine');
    }
    spawnSync('chown', ['-R', `${ATTACKER}:${ATTACKER}`, source('users/evil')]);
  });

  afterEach(() => directories.remove());

  /** Does something while the race is on. */
  async function against(target: string, act: () => void): Promise<void> {
    const until = join(directories.root, 'racing');
    writeFileSync(until, '');
    const race = spawn(python(), ['-c', RACE, source('users/evil'), target, until]);
    await once(race.stdout, 'data');
    try {
      act();
    } finally {
      rmSync(until, { force: true });
      await once(race, 'exit');
    }
  }

  const targets = () => [source('victim'), join(directories.root, 'host/etc'), '../../victim'];

  it('cannot lead a backup, its verification or the removal of old copies out of the source', async () => {
    // Prepare
    const before = outside();

    // Act
    for (const target of targets())
      await against(target, () => {
        directories.backup({ retain: 1 });
        directories.backup({ retain: 1 });
      });

    // Assess
    expect(outside()).toEqual(before);
    const copies = directories.copies().map((name) => join(directories.label, 'copies', name, 'data'));
    for (const copy of copies)
      for (const name of readdirSync(join(copy, 'users/evil')))
        if (existsSync(join(copy, 'users/evil', name, 'payroll')))
          expect(readFileSync(join(copy, 'users/evil', name, 'payroll'), 'utf8')).not.toContain('of the instance');
  });

  it('cannot lead a restore in place, with deletions, or into a new directory out of what is restored', async () => {
    // Prepare
    directories.backup();
    for (let user = 0; user < 8; user += 1) rmSync(source(`users/u${user}/7`));
    rmSync(source('users/evil/gone'), { recursive: true });
    mkdirSync(source('users/evil/more'));
    writeFileSync(source('users/evil/more/payroll'), 'extra');
    spawnSync('chown', ['-R', `${ATTACKER}:${ATTACKER}`, source('users/evil')]);
    const before = outside();
    const inPlace = { mode: 'inPlace', subPath: '/users', deleteExtra: true };

    // Act
    for (const target of targets())
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const { previewDigest } = directories.restore({ action: 'preview', ...inPlace });
        await against(target, () => directories.restore({ ...inPlace, previewDigest }));
        await against(target, () => {
          const { previewDigest } = directories.restore({ action: 'preview', ...inPlace });
          if (previewDigest) directories.restore({ ...inPlace, previewDigest });
          directories.restore({ target: { fileSystemId: 'fs-00000001', path: '/users/evil' }, subPath: '/users/evil' });
        });
      }

    // Assess
    expect(outside()).toEqual(before);
  });
});
