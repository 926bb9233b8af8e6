import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { name, version } from '../../package.json';
import { writeCommandLinePackage } from '../../scripts/command-line-package';

const MEGABYTE = 1_000_000;

// npm is a process that takes seconds.
jest.setTimeout(120_000);

describe('The package of the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const content = join(folder, 'content');
  let tarball: string;

  beforeAll(async () => {
    await writeCommandLinePackage(content);
    const { stdout } = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder, content], {
      encoding: 'utf8',
    });
    tarball = join(folder, stdout.trim());
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is small, needs no other package, and names the licences of those that are in it', () => {
    const manifest = JSON.parse(readFileSync(join(content, 'package.json'), 'utf8'));
    const licences = readFileSync(join(content, 'THIRD_PARTY_LICENSES.txt'), 'utf8');

    expect(statSync(tarball).size).toBeLessThan(MEGABYTE);
    expect(manifest).toMatchObject({ name, version });
    expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
    expect(licences).toMatch(/^commander [\d.]+ \(MIT\)$/m);
    expect(licences).toMatch(/^@aws-sdk\/client-sfn [\d.]+ \(Apache-2.0\)$/m);
  });

  it('runs by npx in an empty folder, without a network', () => {
    const cwd = join(folder, 'empty');
    mkdirSync(cwd);
    const { PATH = '' } = process.env;
    const env = { PATH, HOME: cwd, npm_config_cache: join(cwd, 'cache'), AWS_EC2_METADATA_DISABLED: 'true' };
    const npx = (...args: string[]) =>
      spawnSync('npx', ['--yes', '--offline', `file:${tarball}`, ...args], { cwd, env, encoding: 'utf8' });

    expect(npx('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
    // As far as it comes without credentials: the SDK is there.
    expect(npx('list', '--region', 'eu-west-1')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('There are no AWS credentials'),
    });
  });

  it('completes commands, options, values and files in bash', () => {
    const command = join(content, 'backup-workflows.mjs');
    const completed = (line: string) => {
      const words = [name, ...line.split(' ')];
      const script = [
        `${name}() { "${process.execPath}" "${command}" "$@"; }`,
        `source <(${name} complete bash)`,
        `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`,
        `COMP_LINE='${words.join(' ')}'; COMP_POINT=\${#COMP_LINE}`,
        `"$(complete -p ${name} | sed 's/.*-F \\([^ ]*\\).*/\\1/')" 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ].join('\n');
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n');
    };

    expect(completed('sta')).toEqual(['start', 'status']);
    expect(completed('start efs-')).toEqual(['efs-backup', 'efs-copy-restore']);
    expect(completed('list --wor')).toEqual(['--workflow']);
    expect(completed('list --output y')).toEqual(['yaml']);
    expect(completed('list --output=y')).toEqual(['yaml']);
    expect(completed('start efs-backup --input ')).toEqual(['']);
  });
});
