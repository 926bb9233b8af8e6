import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What `environment` has installed, exactly: the versions are pinned, so pip resolves nothing. */
const PIP = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--no-deps', '--retries', '2'];

/**
 * The folder with the programs of a Python environment, `.venv/<name>`, which is made first where it is missing or older
 * than its list of packages, `scripts/python/<name>.txt`. Safe to repeat: an installation that broke off is made anew.
 * Throws when Python or the package registry is missing, with what to do: a check that cannot run has not passed.
 */
export function pythonPrograms(name: string, root = '.'): string {
  const folder = resolve(root, '.venv', name);
  const requirements = join(root, 'scripts', 'python', `${name}.txt`);
  const wanted = readFileSync(requirements, 'utf8');
  const stamp = join(folder, 'installed.txt');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    console.error(`Installing ${requirements} into ${folder} …`);
    rmSync(folder, { recursive: true, force: true });
    python('python3', ['-m', 'venv', folder], 'Python 3.11 or later with its venv module is needed');
    python(join(folder, 'bin', 'python'), [...PIP, '-r', requirements], 'the Python package registry is needed once');
    writeFileSync(stamp, wanted);
  }
  return join(folder, 'bin');
}

function python(program: string, args: string[], need: string): void {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env: process.env });
  if (status === 0) return;
  const reason = error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-3).join('\n');
  throw new Error(`${need}, and \`${program} ${args.slice(0, 3).join(' ')}\` failed:\n${reason}`);
}
