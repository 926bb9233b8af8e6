import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Random } from '../../simulator/random';
import { Directories } from './directories';
import type { Shim } from './shim';
import { tree } from './tree';

const FILES = 300;
const DIRECTORIES = 15;
const RETAIN = 3;
/** Slow enough that a run spends its time in what it does, not in starting: so the kills fall everywhere. */
const METADATA_MICROSECONDS = 500;

interface KillFindings {
  kills: number;
  /** Kills after which the run had left a complete copy, because it was over or nearly so. */
  completedBeforeKill: number;
  filesResumed: number;
  broken: string[];
}

/**
 * Kills backups at random instants, with all their processes, and after one to three kills lets one finish. Broken is:
 * an older copy that differs in anything from what it was, a copy in the catalogue that is not the source, a run that
 * does not converge, and anything that is left lying about.
 */
export async function killAtRandom(kills: number, seed: number, shim?: Shim): Promise<KillFindings> {
  const random = new Random(seed);
  const directories = new Directories();
  const known = new Map<string, string>();
  const findings: KillFindings = { kills: 0, completedBeforeKill: 0, filesResumed: 0, broken: [] };
  const environment = shim?.environment({ root: directories.root, metadataMicroseconds: METADATA_MICROSECONDS });
  const request = () => directories.backupRequest({ retain: RETAIN, verifySampleFiles: 0 });
  /** Compares every complete copy with what it was; a new one with the source. Returns how many are new. */
  const check = (when: string): number => {
    const source = tree(directories.source).join('\n');
    let found = 0;
    for (const name of directories.copies()) {
      const copy = tree(join(directories.label, 'copies', name, 'data')).join('\n');
      if (!known.has(name)) {
        known.set(name, copy);
        found += 1;
        if (copy !== source) findings.broken.push(`${when}: ${name} is not the source`);
      } else if (known.get(name) !== copy) findings.broken.push(`${when}: ${name} has changed`);
    }
    return found;
  };
  try {
    for (let file = 0; file < FILES; file += 1) write(directories.source, file, random);
    let milliseconds = await timeOf(() => directories.start(request(), environment).report);
    check('first run');
    while (findings.kills < kills) {
      change(directories.source, random);
      for (let attempt = 0; attempt <= random.next() * 3 && findings.kills < kills; attempt += 1) {
        const { child, report } = directories.start(request(), environment);
        await setTimeout(random.between(0, milliseconds * 1.05));
        killGroup(child.pid);
        await report;
        findings.kills += 1;
        findings.completedBeforeKill += check(`kill ${findings.kills}`);
        if (random.next() < 0.3) change(directories.source, random);
      }
      const started = performance.now();
      const report = await directories.start(request(), environment).report;
      milliseconds = 0.8 * milliseconds + 0.2 * (performance.now() - started);
      findings.filesResumed += report?.filesResumed ?? 0;
      const when = `the run after kill ${findings.kills}`;
      if (report?.outcome !== 'COMPLETED') findings.broken.push(`${when}: ${report?.reason} ${report?.message}`);
      if (check(when) !== 1) findings.broken.push(`${when}: there is not one new copy`);
      const left = readdirSync(directories.label).filter(
        (name) => !/^(daily\.[0-2]|\.lock|copies|removing)$/.test(name),
      );
      const removing = readdirSync(join(directories.label, 'removing'));
      if (left.length + removing.length > 0) findings.broken.push(`${when}: left ${[...left, ...removing].join(', ')}`);
      if (directories.copies().length > RETAIN) findings.broken.push(`${when}: too many copies`);
    }
    return findings;
  } finally {
    directories.remove();
  }
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

/** Kills a run with all its processes, if it is not over. */
export function killGroup(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // It was over before.
  }
}

function nameOf(root: string, file: number): string {
  return join(root, `directory ${file % DIRECTORIES}`, `file ${file}`);
}

function write(root: string, file: number, random: Random): void {
  mkdirSync(join(nameOf(root, file), '..'), { recursive: true });
  writeFileSync(nameOf(root, file), random.hex(10 + Math.floor(random.next() * 3000)));
}

/** Some files grow, change their mode or time only, are replaced, become hard links or go. */
function change(root: string, random: Random): void {
  for (let count = 0; count < 30; count += 1) {
    const file = Math.floor(random.next() * FILES);
    const name = nameOf(root, file);
    const [kind, other] = [Math.floor(random.next() * 6), nameOf(root, FILES + Math.floor(random.next() * 50))];
    rmSync(other, { force: true });
    if (kind === 0) write(root, file, random);
    else if (kind === 5) rmSync(name, { force: true });
    else {
      appendFileSync(name, '');
      if (kind === 1) chmodSync(name, random.next() < 0.5 ? 0o600 : 0o644);
      if (kind === 2) utimesSync(name, 1_000_000_000 + file, 1_000_000_000 + file);
      if (kind === 3) linkSync(name, other);
      if (kind === 4) appendFileSync(name, 'more');
    }
  }
}
