import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonPrograms } from '../python-environment';
import type { Judge } from './judge';
import { recordTraffic } from './traffic';

interface Finding {
  about: 'request' | 'answer';
  where: string;
  what: string;
  count: number;
  example: string;
}

/** AWS's own service models, as the AWS CLI has them: each request of a run, and each answer as raw bytes. */
export const botocore: Judge = {
  name: 'botocore',
  async ask(root) {
    const { exchanges: traffic } = await recordTraffic();
    const input = traffic.map((exchange) => JSON.stringify(exchange)).join('\n');
    const python = join(pythonPrograms('judges', root), 'python');
    const program = join(root, 'scripts/python/botocore_judge.py');
    const { status, stdout, stderr } = spawnSync(python, [program], {
      input,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`botocore could not be asked: ${stderr.trim().split('\n').at(-1)}`);
    const [first = '{}', ...findings] = stdout.trim().split('\n');
    const { exchanges, operations } = JSON.parse(first) as { exchanges: number; operations: number };
    return {
      asked: `${exchanges} exchanges of ${operations} operations`,
      differences: findings
        .map((line) => JSON.parse(line) as Finding)
        .map(({ about, where, what, count, example }) => ({ what: `${about} ${where} ${what}`, count, example })),
    };
  },
};
