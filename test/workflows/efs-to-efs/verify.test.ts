import type { World } from '../../../simulator/world';
import { brokenPromises, Night, world } from './night';

const COPIES_ON = 'fs-0bbbbbbbbbbbbbbb1';
const TIMES = ['2026-11-20T02:30:00.000Z', '2026-11-19T02:30:00.000Z'];

/** Two copies, on a file system that was there before the stack. */
function worldWithCopies(works: World['works']): World {
  const { fileSystems = [], ...standard } = world();
  const [source] = fileSystems;
  const Copies = TIMES.map((CopiedAt) => ({
    FolderLabel: 'efs-backup',
    Interval: 'daily',
    CopiedAt,
    Files: 5000,
    Bytes: 2_000_000_000,
  }));
  return {
    ...standard,
    works,
    fileSystems: [...fileSystems, { FileSystemId: COPIES_ON, Copies, MountTargets: source?.MountTargets }],
    parameters: { ...standard.parameters, EfsToEfsDestinationFileSystemId: COPIES_ON },
  };
}

let night: Night;

async function verify(input: object = {}, works: World['works'] = [{ Seconds: 600, Times: 'always', Files: 5000 }]) {
  night = await Night.open(worldWithCopies(works));
  return night.run({ mode: 'verify', ...input });
}

afterEach(() => {
  const broken = brokenPromises(night);
  night.close();
  expect(broken).toEqual([]);
});

describe('a verification', () => {
  it('reads the newest copy whole, and leaves everything as it was', async () => {
    const run = await verify();

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { action: 'verify', copiedAt: TIMES[0] } });
    expect(run.report).toMatchObject({ fromFileSystemId: COPIES_ON, verifiedFiles: 5000 });
    expect(night.requests[0]?.request).toMatchObject({ sampleFiles: 0 });
    expect(night.requests[0]?.request).not.toHaveProperty('target');
  });

  it('reads a sample of the copy of a time, if it is told to', async () => {
    const run = await verify({ copy: { at: '2026-11-19T12:00:00Z' }, sampleFiles: 100 });

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { copiedAt: TIMES[1] } });
    expect(night.requests[0]?.request).toMatchObject({ sampleFiles: 100 });
  });

  it('fails when the copy is not what was written, and names it', async () => {
    const damaged = { Action: 'verify', Outcome: 'FAILED', Reason: 'CopyDamaged', Message: '1 file differs' } as const;

    const run = await verify({}, [damaged]);

    expect(run).toMatchObject({ outcome: 'FAILED', error: 'CopyDamaged' });
    expect(run.cause).toContain('1 file differs');
  });

  it('is refused with everything that is wrong in its input', async () => {
    night = await Night.open(worldWithCopies([]));

    const answer = await night.invoke({ mode: 'verify', sampleFiles: -1, copy: { index: 1 }, foo: 1 });
    await night.settle();

    expect(answer.error).toBe('InvalidInputError');
    for (const key of ['sampleFiles', 'copy', 'foo']) expect(answer.message).toContain(key);
    expect(night.requests).toEqual([]);
  });
});
