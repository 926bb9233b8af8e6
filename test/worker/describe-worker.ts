import { spawnSync } from 'node:child_process';

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
export function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
