import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** `describe` where the real worker can run: on Linux, with Python 3.9. Elsewhere its skipped title says why. */
export function describeWorker(name: string, tests: () => void): void {
  const python = process.env.WORKER_PYTHON ?? 'python3';
  const missing = [
    ...(process.platform === 'linux' ? [] : ['Linux']),
    ...(works(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']) ? [] : ['Python 3.9']),
    ...(process.getuid?.() === 0 ? [] : ['root, who alone can keep owners']),
  ];
  if (missing.length === 0) describe(name, tests);
  else describe.skip(`${name}: cannot run here, needs ${missing.join(', ')}`, tests);
}

/** Whether a command is there and content. */
function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Waits until the next walk takes a file for one that has not changed: no call sets a ctime. */
export async function settled(path: string): Promise<void> {
  while (Date.now() < statSync(path).ctimeMs + 1100) await setTimeout(20);
}

/** A test that mounts something: as root, where the kernel allows it. */
export const itWithMounts = canMount() ? it : it.skip;

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'mount-'));
  const can = works('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', place]);
  if (can) spawnSync('umount', [place]);
  rmSync(place, { recursive: true });
  return can;
}
