import { readdirSync } from 'node:fs';
import type { Finding } from './project';
import { runChecker } from './run-checker';

/** The Python that Amazon Linux 2023 has as python3, and so the instance of EFS-to-EFS. */
const PYTHON = '3.9';

/** What of the worker needs a newer Python than the instance has, by vermin. */
export async function runVermin(programs: string, root: string): Promise<Finding[]> {
  const files = readdirSync(`${root}/worker`).filter((name) => name.endsWith('.py'));
  const paths = files.map((name) => `worker/${name}`);
  const { exitCode, stdout, stderr } = await runChecker(
    programs,
    'vermin',
    [`-t=${PYTHON}-`, '--no-tips', '-vv', ...paths],
    root,
  );
  if (exitCode === 0) return [];
  const message = `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' ');
  return [{ file: 'worker', line: 1, rule: 'vermin', message: `needs more than Python ${PYTHON}: ${message}` }];
}
