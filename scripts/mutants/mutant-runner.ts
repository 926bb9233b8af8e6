import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant';
import type { Result } from './results';

const MUTANT_TIMEOUT_MS = 600_000;

/** A copy of the project in which one mutant after the other is made and tested. */
export class MutantRunner {
  private readonly folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  private readonly healthy = new Map<string, boolean>();
  /** Files with a test that fails as it is. */
  private readonly unhealthy = new Set<string>();

  constructor(root: string) {
    const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const file of stdout.split('\0').filter(Boolean)) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(root, file), join(this.folder, file));
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Runs tests on the project with a mutant. A test that fails without it as well notices nothing, and neither does its file. */
  async run(mutant: Mutant, tests: string[], title?: string): Promise<Result> {
    const { id, file, line, what } = mutant;
    const path = join(this.folder, file);
    const original = readFileSync(path, 'utf8');
    for (let left = tests.filter((test) => !this.unhealthy.has(test)); ; ) {
      writeFileSync(path, mutant.apply());
      const found = await this.jest(left, title).finally(() => writeFileSync(path, original));
      const { by } = found;
      if (!by || (await this.isHealthy(by))) return { id, file, line, what, ...found };
      console.error(`This test fails without a mutant, and its file is left out: ${by.join(' ')}`);
      this.unhealthy.add(by[0]);
      left = left.filter((test) => test !== by[0]);
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async isHealthy([file, title]: [string, string]): Promise<boolean> {
    const key = `${file} ${title}`;
    if (!this.healthy.has(key)) this.healthy.set(key, (await this.jest([file], title)).outcome === 'survived');
    return this.healthy.get(key) ?? false;
  }

  /** Ends with the first test that fails. */
  private jest(tests: string[], title = ''): Promise<Pick<Result, 'outcome' | 'by'>> {
    if (tests.length === 0) return Promise.resolve({ outcome: 'survived' });
    const report = join(this.folder, 'first-failure.json');
    rmSync(report, { force: true });
    const args = [
      ...['node_modules/jest/bin/jest.js', '--runInBand', '--silent'],
      ...['--reporters', join(this.folder, 'scripts/mutants/first-failure.cjs')],
      ...['--testSequencer', join(this.folder, 'scripts/mutants/in-given-order.cjs')],
      ...(title ? ['--testNamePattern', `^${title.replace(/[^\w\s]/g, '.')}$`] : []),
      ...['--runTestsByPath', ...tests],
    ];
    const env = { ...process.env, TESTS_IN_ORDER: tests.join(','), FIRST_FAILURE: report, NODE_NO_WARNINGS: '1' };
    return new Promise((resolve) => {
      const child = spawn(process.execPath, args, { cwd: this.folder, env, stdio: 'ignore' });
      const timer = setTimeout(() => child.kill('SIGKILL'), MUTANT_TIMEOUT_MS);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if (signal) return resolve({ outcome: 'timeout' });
        resolve(code === 0 ? { outcome: 'survived' } : { outcome: 'killed', by: this.firstFailure(report) });
      });
    });
  }

  private firstFailure(report: string): [string, string] | undefined {
    if (!existsSync(report)) return undefined;
    const [path, title] = JSON.parse(readFileSync(report, 'utf8')) as [string, string];
    return [path.slice(this.folder.length + 1), title];
  }
}
