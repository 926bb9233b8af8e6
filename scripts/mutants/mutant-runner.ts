import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant';
import type { Result } from './results';

const MUTANT_TIMEOUT_MS = 600_000;

/** A copy of the project in which one mutant after the other is made and tested. */
export class MutantRunner {
  private readonly folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  private readonly healthy = new Map<string, boolean>();

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

  /** Runs tests on the project with a mutant. They have to pass without it. */
  async run(mutant: Mutant, tests: string[], title?: string): Promise<Result> {
    const { id, file, line, what } = mutant;
    await this.assertHealthy(tests, title);
    const path = join(this.folder, file);
    const original = readFileSync(path, 'utf8');
    writeFileSync(path, mutant.apply());
    try {
      return { id, file, line, what, ...(await this.jest(tests, title)) };
    } finally {
      writeFileSync(path, original);
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async assertHealthy(tests: string[], title = ''): Promise<void> {
    const key = [...tests, title].join(' ');
    if (!this.healthy.has(key)) this.healthy.set(key, (await this.jest(tests, title)).outcome === 'survived');
    if (!this.healthy.get(key)) throw new Error(`Without a mutant these tests fail already: ${key}`);
  }

  /** Ends with the first test that fails. */
  private jest(tests: string[], title = ''): Promise<Pick<Result, 'outcome' | 'by'>> {
    const report = join(this.folder, 'report.json');
    rmSync(report, { force: true });
    const args = [
      ...['node_modules/jest/bin/jest.js', '--runInBand', '--bail', '--silent', '--json', '--outputFile', report],
      ...['--testSequencer', join(this.folder, 'scripts/mutants/in-given-order.cjs')],
      ...(title ? ['--testNamePattern', `^${title.replace(/[^\w\s]/g, '.')}$`] : []),
      ...['--runTestsByPath', ...tests],
    ];
    const env = { ...process.env, TESTS_IN_ORDER: tests.join(','), NODE_NO_WARNINGS: '1' };
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
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
    };
    for (const { name, assertionResults } of testResults)
      for (const { status, fullName } of assertionResults)
        if (status === 'failed') return [name.slice(this.folder.length + 1), fullName];
    return undefined;
  }
}
