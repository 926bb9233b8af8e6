import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { give, readCommandLine } from '../cli/command-line';
import { name, version } from '../package.json';
import { packagedTemplate } from './release/packaged-template';

const TARBALL_LIMIT = 1_000_000;

/** `npm run release`: makes what a release consists of from a clean tree, so that it is what the commit says. */
function main(): void {
  const program = new Command('npm run release --')
    .description('Makes the files of a release: the command, the packaged template, and their checksums.')
    .option('--out <DIR>', 'where to', `dist/release-${version}`);
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) {
    give(answer);
    return;
  }
  const { out } = program.opts();
  checkTree();
  const work = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const built = join(work, 'built');
    run(process.execPath, ['scripts/start.cjs', 'scripts/build.ts', '--out', built]);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const tarball = run('npm', ['pack', '--silent', '--pack-destination', out, join(built, 'command-line')]).trim();
    const template = `${name}-template-${version}.zip`;
    writeFileSync(join(out, template), packagedTemplate('template.yaml', built));
    const sums = [tarball, template].map((file) => `${sha256(join(out, file))}  ${file}\n`);
    writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
    const size = readFileSync(join(out, tarball)).length;
    if (size > TARBALL_LIMIT) throw new Error(`${tarball} has ${size} bytes, more than ${TARBALL_LIMIT}.`);
    console.log(`${out}, of ${run('git', ['rev-parse', 'HEAD']).trim()}:\n\n${sums.join('')}`);
    console.log(`Check them with: sha256sum --check SHA256SUMS`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Everything is committed, and the changelog has the version. */
function checkTree(): void {
  const changes = run('git', ['status', '--porcelain']).trim();
  if (changes) throw new Error(`The tree is not clean; commit or remove these first:\n${changes}`);
  if (!new RegExp(`^## ${version.replaceAll('.', '\\.')} `, 'm').test(readFileSync('CHANGELOG.md', 'utf8')))
    throw new Error(`CHANGELOG.md has no heading of ${version}.`);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function run(program: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
