import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Directories, python, type Report } from './directories';
import { tree } from './tree';

/** The user of the source who owns `users/evil`, and nothing else. */
const ATTACKER = 1001;
const OWN = ['sub', 'deep', 'gone', 'extra'];
const USERS = 8;
const FILES_PER_USER = 40;
const BACKUP = 'fs-00000002';
const SOURCE = 'fs-00000001';

/**
 * As that user, as fast as it can, wherever `users/evil` is (the source, copies, copies that are being removed): puts
 * links to `target`, files and directories of his own in the place of his directories and files, and back, and lets the
 * worker's own directories meet links of the same names.
 */
const RACE = `
import glob, os, sys
patterns, target, until = sys.argv[1].split(':'), sys.argv[2], sys.argv[3]
os.setgroups([]); os.setgid(${ATTACKER}); os.setuid(${ATTACKER})
print('racing', flush=True)
def attempt(call, *paths):
    try: call(*paths)
    except OSError: pass
while os.path.exists(until):
    for evil in [path for pattern in patterns for path in glob.glob(pattern)]:
        for name in ${JSON.stringify(OWN)}:
            here, away = evil + '/' + name, evil + '/.' + name
            attempt(os.rename, here, away)
            attempt(os.symlink, target, here)
            attempt(os.unlink, here)
            attempt(os.rename, away, here)
        try: names = os.listdir(evil)
        except OSError: continue
        for name in names:
            if name.startswith(('.incomplete', '.replaced')):
                attempt(os.rename, evil + '/' + name, evil + '/mine')
                attempt(os.symlink, target, evil + '/' + name)
                attempt(os.unlink, evil + '/' + name)
                attempt(os.rename, evil + '/mine', evil + '/' + name)
        attempt(os.link, target + '/payroll', evil + '/sub/payroll')
        attempt(os.unlink, evil + '/sub/payroll')
`;

/** A source of many users, one of whom is hostile, beside what none of the worker's actions may change. */
export class HostileSource {
  readonly directories = new Directories();
  readonly targets: string[];
  private readonly host: string;

  constructor() {
    const { root } = this.directories;
    chmodSync(root, 0o755);
    mkdirSync(this.source('victim'));
    writeFileSync(this.source('victim/payroll'), 'secret');
    for (const path of ['victim', 'victim/payroll']) chownSync(this.source(path), 1002, 1002);
    chmodSync(this.source('victim'), 0o755);
    this.host = join(root, 'host');
    mkdirSync(join(this.host, 'etc'), { recursive: true });
    writeFileSync(join(this.host, 'etc/payroll'), 'of the instance itself');
    this.targets = [this.source('victim'), join(this.host, 'etc'), '../../victim'];
    for (let user = 0; user < USERS; user += 1) {
      mkdirSync(this.source(`users/u${user}`), { recursive: true });
      for (let file = 0; file < FILES_PER_USER; file += 1)
        writeFileSync(this.source(`users/u${user}/${file}`), `${user} ${file}`);
    }
    for (const name of OWN) {
      mkdirSync(this.source(`users/evil/${name}`), { recursive: true });
      for (let file = 0; file < 10; file += 1) writeFileSync(this.source(`users/evil/${name}/${file}`), `${file}`);
      writeFileSync(this.source(`users/evil/${name}/payroll`), 'mine');
    }
    spawnSync('chown', ['-R', `${ATTACKER}:${ATTACKER}`, this.source('users/evil')]);
  }

  remove(): void {
    this.directories.remove();
  }

  source(path: string): string {
    return join(this.directories.source, path);
  }

  /** What must never change: everything of the other users and of the instance, with inodes and ctimes. */
  outside(): string[] {
    return [this.source('victim'), this.host].flatMap((path) => tree(path, { marks: true }).slice(1));
  }

  /** What a restore in place brings back and deletes: files of others are gone, one directory of his, and one is new. */
  loseFiles(): void {
    for (let user = 0; user < USERS; user += 1) rmSync(this.source(`users/u${user}/7`), { force: true });
    rmSync(this.source('users/evil/gone'), { recursive: true, force: true });
    mkdirSync(this.source('users/evil/more'), { recursive: true });
    writeFileSync(this.source('users/evil/more/payroll'), 'extra');
    spawnSync('chown', ['-R', `${ATTACKER}:${ATTACKER}`, this.source('users/evil')]);
  }

  /** Lets him into the copies: a destination that its users have mounted, with modes that let them pass. */
  openTheCopies(): void {
    const { label, destination } = this.directories;
    const folders = [destination, label, ...['copies', 'removing', 'incomplete'].map((name) => join(label, name))];
    for (const folder of [...folders, ...this.directories.copies().map((name) => join(label, 'copies', name))])
      if (existsSync(folder)) chmodSync(folder, 0o755);
  }

  /** Does something while the race is on. */
  async against(target: string, act: () => void): Promise<void> {
    const until = join(this.directories.root, 'racing');
    writeFileSync(until, '');
    const evil = [this.source('users/evil'), join(this.directories.label, '*/*/data/users/evil')];
    const race = spawn(python(), ['-c', RACE, evil.join(':'), target, until]);
    await once(race.stdout, 'data');
    try {
      act();
    } finally {
      rmSync(until, { force: true });
      await once(race, 'exit');
    }
  }

  restoreInPlace(): Report | undefined {
    const inPlace = { mode: 'inPlace', subPath: '/users', deleteExtra: true };
    const { previewDigest } = this.directories.restore({ action: 'preview', ...inPlace });
    return previewDigest ? this.directories.restore({ ...inPlace, previewDigest }) : undefined;
  }

  restoreToHisDirectory(): Report {
    return this.directories.restore({ target: { fileSystemId: SOURCE, path: '/users/evil' }, subPath: '/users/evil' });
  }

  verify(): Report {
    return this.directories.run({
      action: 'verify',
      backup: { fileSystemId: BACKUP },
      folderLabel: 'app',
      copy: { newest: true },
    });
  }
}
