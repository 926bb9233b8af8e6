import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Random } from '../../simulator/random';
import { Directories, type Report } from './directories';
import { killAtRandom, killGroup } from './kills';
import type { Shim } from './shim';
import { tree } from './tree';

const USERS = 12;
const FILES_PER_USER = 20;
const METADATA_MICROSECONDS = 500;
const SAFETY_PREFIX = '.replaced-by-';
/** So many kills are one round, with a seed of its own. */
const KILLS_PER_ROUND = 24;

export type Action = 'backup and removal' | 'removal' | 'restore in place' | 'restore into a new directory' | 'verify';
export interface Round {
  seed: number;
  kills: Partial<Record<Action, number>>;
  broken: string[];
}

/**
 * Kills every action at random instants, with all its processes. Broken is: a copy that differs in anything, a file of
 * the target whose content is nowhere any more, anything outside of what is restored that has changed, and an action
 * that does not end well when it is done once more.
 */
export async function killRound(seed: number, shim?: Shim): Promise<Round> {
  const backups = await killAtRandom(KILLS_PER_ROUND / 3, seed, shim);
  const others = new Others(seed, shim);
  try {
    for (let kill = 0; kill < KILLS_PER_ROUND / 6; kill += 1) {
      await others.removal();
      await others.restoreInPlace();
      await others.restoreToNew();
      await others.verify();
    }
  } finally {
    others.directories.remove();
  }
  const kills = { 'backup and removal': backups.kills, ...others.kills };
  return { seed, kills, broken: [...backups.broken, ...others.broken].map((what) => `seed ${seed}: ${what}`) };
}

class Others {
  readonly directories = new Directories();
  readonly kills: Partial<Record<Action, number>> = {};
  readonly broken: string[] = [];
  private readonly random: Random;
  private readonly environment?: object;
  private readonly copy: string;
  private readonly milliseconds = new Map<Action, number>();

  constructor(seed: number, shim?: Shim) {
    this.random = new Random(seed);
    const { root, source } = this.directories;
    this.environment = shim?.environment({ root, metadataMicroseconds: METADATA_MICROSECONDS });
    for (let user = 0; user < USERS; user += 1) {
      mkdirSync(join(source, `users/${user}`), { recursive: true });
      for (let file = 0; file < FILES_PER_USER; file += 1) this.write(user, file);
    }
    mkdirSync(join(source, 'outside'));
    writeFileSync(join(source, 'outside/other'), 'of others');
    this.directories.backup({ interval: 'kept' });
    this.copy = join(this.directories.label, 'copies', this.directories.copies()[0] ?? '', 'data');
  }

  /** The next run removes what a killed one was removing, and touches no other copy. */
  async removal(): Promise<void> {
    const kept = tree(this.copy, { marks: false }).join('\n');
    this.directories.backup();
    const request = this.directories.backupRequest({ retain: 1, verifySampleFiles: 0 });
    const { child, report } = this.directories.start(request, this.environment);
    const removing = join(this.directories.label, 'removing');
    while (child.exitCode === null && readdirSync(removing).length === 0) await setTimeout(2);
    await setTimeout(this.random.between(0, 150));
    killGroup(child.pid);
    await report;
    this.count('removal');
    const next = this.directories.backup({ retain: 1 });
    this.expect('removal', next.outcome === 'COMPLETED', `${next.reason} ${next.message}`);
    this.expect('removal', readdirSync(removing).length === 0, 'something is left in removing/');
    this.expect('removal', tree(this.copy).join('\n') === kept, 'another copy has changed');
  }

  /** Nothing of the target is lost, and a second restore with a new preview ends as the copy is. */
  async restoreInPlace(): Promise<void> {
    const { source } = this.directories;
    for (let count = 0; count < 40; count += 1) {
      const [user, file] = [Math.floor(this.random.next() * USERS), Math.floor(this.random.next() * FILES_PER_USER)];
      if (this.random.next() < 0.5) this.write(user, file);
      else rmSync(join(source, `users/${user}/${file}`), { force: true });
      writeFileSync(join(source, `users/${user}/extra-${file}`), this.random.hex(20));
    }
    const [before, outside, kept] = [this.contents(), this.outside(), tree(this.copy).join('\n')];
    const inPlace = { mode: 'inPlace', subPath: '/users', deleteExtra: true, copy: { interval: 'kept', index: 0 } };
    const restore = () => {
      const { previewDigest } = this.directories.restore({ action: 'preview', ...inPlace });
      return this.directories.restoreRequest({ ...inPlace, previewDigest });
    };
    await this.kill('restore in place', restore());
    const after = this.contents();
    for (const content of before)
      this.expect('restore in place', after.has(content), 'a content of the target is lost');
    const next = this.directories.run(restore());
    this.expect('restore in place', next.outcome === 'COMPLETED', `${next.reason} ${next.message}`);
    for (const name of readdirSync(join(source, 'users')).filter((each) => each.startsWith(SAFETY_PREFIX)))
      rmSync(join(source, 'users', name), { recursive: true });
    this.expect('restore in place', this.isAsCopied(source), 'the target is not what the copy is');
    this.expect('restore in place', this.outside() === outside, 'something outside has changed');
    this.expect('restore in place', tree(this.copy).join('\n') === kept, 'the copy has changed');
  }

  /** Only an unfinished directory is left, and the next restore is whole. */
  async restoreToNew(): Promise<void> {
    const { source } = this.directories;
    const names = () =>
      readdirSync(source)
        .filter((name) => !/^\.?(restored|incomplete)-/.test(name))
        .sort();
    const [before, users] = [names().join(), tree(join(source, 'users')).join('\n')];
    const request = this.directories.restoreRequest({ copy: { interval: 'kept', index: 0 } });
    const killed = await this.kill('restore into a new directory', request);
    const found = readdirSync(source).filter((name) => name.startsWith('restored-'));
    this.expect('restore into a new directory', killed !== undefined || found.length <= 1, 'several directories');
    for (const name of found)
      this.expect(
        'restore into a new directory',
        tree(join(source, name)).slice(1).join('\n') === tree(this.copy).slice(1).join('\n'),
        'a directory has the name of a complete one and is not',
      );
    const next: Report = this.directories.restore({ copy: { interval: 'kept', index: 0 } });
    this.expect('restore into a new directory', next.outcome === 'COMPLETED', `${next.reason} ${next.message}`);
    this.expect(
      'restore into a new directory',
      names().join() === before && tree(join(source, 'users')).join('\n') === users,
      'something beside it has changed',
    );
    for (const name of readdirSync(source).filter((each) => /^\.?(restored|incomplete)-/.test(each)))
      rmSync(join(source, name), { recursive: true });
  }

  /** A verification changes nothing, and the next one finds nothing. */
  async verify(): Promise<void> {
    const kept = tree(this.copy, { marks: true }).join('\n');
    const request = {
      action: 'verify',
      backup: { fileSystemId: 'fs-00000002' },
      folderLabel: 'app',
      copy: { interval: 'kept', index: 0 },
    };
    await this.kill('verify', request);
    const next = this.directories.run(request);
    this.expect('verify', next.outcome === 'COMPLETED', `${next.reason} ${next.message}`);
    this.expect('verify', tree(this.copy, { marks: true }).join('\n') === kept, 'the copy has changed');
  }

  /** Kills a run somewhere in the time that such runs take. */
  private async kill(action: Action, request: object): Promise<Report | undefined> {
    const most = this.milliseconds.get(action) ?? 600;
    const started = performance.now();
    const { child, report } = this.directories.start(request, this.environment);
    const until = this.random.between(0.1, 1.05) * most;
    const ended = await Promise.race([report, setTimeout(until)]);
    killGroup(child.pid);
    await report;
    const took = performance.now() - started;
    this.milliseconds.set(action, ended ? Math.max(100, 0.8 * took) : Math.min(5000, most * 1.1));
    this.count(action);
    return ended as Report | undefined;
  }

  private count(action: Action): void {
    this.kills[action] = (this.kills[action] ?? 0) + 1;
  }

  private expect(action: Action, isSo: boolean, otherwise: string): void {
    if (!isSo) this.broken.push(`${action}, kill ${this.kills[action]}: ${otherwise}`);
  }

  private write(user: number, file: number): void {
    writeFileSync(
      join(this.directories.source, `users/${user}/${file}`),
      this.random.hex(10 + Math.floor(this.random.next() * 2000)),
    );
  }

  /** Whether what is below users is as the copy has it; users itself has had safety copies. */
  private isAsCopied(source: string): boolean {
    const [found, wanted] = [source, this.copy].map((root) => tree(join(root, 'users')).slice(1).join('\n'));
    return found === wanted;
  }

  private outside(): string {
    return tree(join(this.directories.source, 'outside'), { marks: true }).join('\n');
  }

  /** The digests of all files below users, wherever they are. */
  private contents(folder = join(this.directories.source, 'users')): Set<string> {
    const found = new Set<string>();
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (lstatSync(path).isDirectory()) for (const each of this.contents(path)) found.add(each);
      else found.add(createHash('sha256').update(readFileSync(path)).digest('hex'));
    }
    return found;
  }
}
