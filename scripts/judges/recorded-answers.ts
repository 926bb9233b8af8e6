import { existsSync } from 'node:fs';
import { askPython } from './ask-python';
import type { Judge } from './judge';
import { recordingsFolder } from './recordings';
import { recordTraffic } from './traffic';

interface ServiceVerdict {
  service: string;
  /** Members of answers that could be compared. */
  asked: number;
  agree: number;
  differ: number;
  /** Recorded operations that no run calls. */
  gap: number;
  from: string[];
  to: string[];
  differences: string[];
}

/** Answers that AWS gave, member by member: what it always sends, the simulated account sends too, as the same kind. */
export const recordedAnswers: Judge = {
  name: 'recorded answers',
  async ask(root) {
    const folder = recordingsFolder(root);
    if (!existsSync(folder)) return { asked: '', differences: [], skipped: 'there are no recordings of AWS here' };
    const { exchanges } = await recordTraffic();
    const asked = {
      environment: 'judges',
      program: 'recorded_answers_judge.py',
      arguments: [folder],
      lines: exchanges,
    } as const;
    const verdicts = askPython(root, asked, 'The recordings could not be read')
      .trim()
      .split('\n')
      .map((line): ServiceVerdict => JSON.parse(line));
    const rows = verdicts.map(({ service, asked, agree, differ, gap, from, to }) =>
      [service, asked, agree, differ, gap, from.length > 0 ? `${from}-${to}` : 'no date'].join('\t'),
    );
    const table = ['service\tasked\tagree\tdiffer\tgap\trecorded', ...rows].map((row) => `  ${row}`).join('\n');
    return {
      asked: `members of answers\n${table}\n`,
      differences: verdicts.flatMap(({ differences }) => differences.map((what) => ({ what, count: 1 }))),
    };
  },
};
