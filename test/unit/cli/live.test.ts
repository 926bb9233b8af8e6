import { drawBlock } from '../../../cli/live/draw';
import { rowOfJob, rowsOfFleet, totalsOf, worstFirst } from '../../../cli/live/rows';
import type { Group } from '../../../functions/pre-post-backup/groups';

const NOW = 1_795_212_000;
const END_MS = (NOW + 3600) * 1000;

function group(number: number, part: Partial<Group> = {}, name?: string): Group {
  const instanceId = `i-0a1b2c3d4e5f6000${number}`;
  return {
    runId: 'run',
    item: `group#00000${number}`,
    instances: [{ instanceId, wasRunning: true, ...(name && { name }) }],
    ...part,
  };
}

function ended(number: number, FailureMessage = ''): Partial<Group> {
  const InstanceId = `i-0a1b2c3d4e5f6000${number}`;
  return {
    report: { outcome: FailureMessage ? 'FAILED' : 'SUCCEEDED', results: [{ InstanceId, FailureMessage }] },
  } as never;
}

const job = (part: object) => ({ what: 'backup', state: 'RUNNING', elapsedSeconds: 60, ...part });
const begun = (id: string) => ({
  backup: { intendedAt: NOW - 600 },
  jobs: { [`i-0a1b2c3d4e5f6000${id}`]: `job-${id}` },
});
const FLEET = [
  group(1, ended(1)),
  group(2, begun('2'), 'web-2'),
  group(3, begun('3'), 'web-3'),
  group(4, { preScript: { intendedAt: NOW - 30 } }, 'データベース'),
  group(5, ended(5, 'EC2 did not stop it')),
  group(6),
];
const JOBS = new Map([
  ['job-2', job({ percent: 45, expectedAt: END_MS })],
  ['job-3', job({ state: 'CREATED', why: 'another job of it is running' })],
]);

const rows = () => worstFirst(rowsOfFleet(FLEET, JOBS, NOW));

describe('The live view of a fleet', () => {
  it('has a row for each instance, the worst first', () => {
    expect(rows().map(({ id, step, percent, note }) => [id.slice(-1), step, percent, note])).toEqual([
      ['5', 'failed', undefined, 'EC2 did not stop it'],
      ['3', 'backing up', undefined, 'another job of it is running'],
      ['2', 'backing up', 45, undefined],
      ['4', 'freezing', undefined, undefined],
      ['6', 'waits its turn', undefined, undefined],
      ['1', 'done', 100, undefined],
    ]);
    expect(totalsOf(rows(), 'instance')).toBe(
      '6 instances: 1 failed, 2 backing up, 1 freezing, 1 waits its turn, 1 done',
    );
  });

  it.each([60, 80, 120])('fits into %i columns, with id, name, step and how far it is', (columns) => {
    const lines = drawBlock(rows(), totalsOf(rows(), 'instance'), columns, 24).map(({ text }) => text);

    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line.length).toBeLessThan(columns);
    expect(lines.find((line) => line.includes('0002 web-2'))).toMatch(/backing up.* 45 %/);
    expect(lines.join('').includes('████')).toBe(columns >= 90);
  });

  it('shows as many rows as the terminal has, and counts the others', () => {
    const lines = drawBlock(rows(), 'all', 80, 5).map(({ text }) => text);

    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe('all (3 not shown)');
  });

  it('lets no name of others move the cursor', () => {
    const named = [{ ...rowOfJob(job({}) as never), name: '\u001b[2J\nweb' }];

    expect(drawBlock(named, '', 120, 5)[0]?.text).not.toContain('\u001b');
  });
});
