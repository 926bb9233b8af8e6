import { askPython } from './ask-python';
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
    const { exchanges: lines } = await recordTraffic();
    const asked = { environment: 'judges', program: 'botocore_judge.py', lines } as const;
    const told = askPython(root, asked, 'botocore could not be asked');
    const [first = '{}', ...findings] = told.trim().split('\n');
    const { exchanges, operations } = JSON.parse(first) as { exchanges: number; operations: number };
    return {
      asked: `${exchanges} exchanges of ${operations} operations`,
      differences: findings
        .map((line) => JSON.parse(line) as Finding)
        .map(({ about, where, what, count, example }) => ({ what: `${about} ${where} ${what}`, count, example })),
    };
  },
};
