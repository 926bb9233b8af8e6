import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { World } from '../../../simulator/world';
import { Night, START, world } from './night';

const WORKER = join(__dirname, '../../../scripts/worker');
const READ = `
import sys
sys.path.insert(0, sys.argv[1])
from request import decode
for line in sys.stdin.read().split():
    decode(line)
`;
const DOCUMENT = 'EfsToEfsDocument';

/** What the real worker's own check says of requests; empty if it takes them all. */
function refusalOf(requests: string[]): string {
  const { stderr, status } = spawnSync('python3', ['-c', READ, WORKER], {
    input: requests.join('\n'),
    encoding: 'utf8',
  });
  return status === 0 ? '' : stderr;
}

/** The requests of whole runs, in base64, as SSM got them. */
async function requestsOf(events: object[], changes: Partial<World>): Promise<string[]> {
  const night = await Night.open(world(changes));
  try {
    for (const event of events) {
      await night.invoke(event);
      await night.wait(240);
      await night.invoke({ mode: 'backup', action: 'stop', backupId: night.lastRun().runId });
      await night.settle();
    }
    const { Commands = [] } = night.region.ssm.ListCommands({});
    expect(Commands.every(({ DocumentName }) => DocumentName?.includes(DOCUMENT))).toBe(true);
    return Commands.map(({ Parameters }) => Parameters?.Request?.[0] ?? '');
  } finally {
    night.close();
  }
}

describe('The requests of the orchestrator', () => {
  it('are what the worker takes', async () => {
    const works = [{ Seconds: 2000, Times: 'always' as const }];
    const restore = { mode: 'restore', subPath: '/a b/ü', target: { fileSystemId: 'fs-0123456789abcdef0' } };
    const requests = await requestsOf([START, restore, { ...restore, action: 'preview', deleteExtra: true }], {
      works,
    });
    const actions = requests.map((text) => JSON.parse(Buffer.from(text, 'base64').toString()).action as string);
    expect(actions.sort()).toEqual(['backup', 'preview', 'restore', 'stop', 'stop', 'stop']);
    expect(refusalOf(requests)).toBe('');
  });

  it('would be refused by the worker if they were not (the check itself)', () => {
    expect(refusalOf([Buffer.from('{"action": "backup"}').toString('base64')])).toContain('is missing');
  });

  it.each([
    ['Request', "x'; touch /tmp/pwned; '"],
    ['Request', '$(reboot)'],
    ['WorkerUri', 's3://bucket/worker/x.pyz"; id'],
    ['WorkerSha256', `${'0'.repeat(63)}\``],
    ['TimeoutSeconds', '60; id'],
  ])('cannot carry anything else to a shell: %s %s', async (name, value) => {
    const night = await Night.open();
    try {
      const fine = {
        WorkerUri: [`s3://a-bucket/worker/${'0'.repeat(64)}.pyz`],
        WorkerSha256: ['0'.repeat(64)],
        Request: ['e30='],
        TimeoutSeconds: ['60'],
      };
      const DocumentName = night.simulation.stack.resource(DOCUMENT).physicalId;
      const send = (Parameters: Record<string, string[]>) =>
        night.region.ssm.SendCommand({ DocumentName, Parameters, Targets: [{ Key: 'tag:none', Values: ['none'] }] });
      expect(() => send(fine)).not.toThrow();
      expect(() => send({ ...fine, [name]: [value] })).toThrow('does not match the pattern');
    } finally {
      night.close();
    }
  });
});
