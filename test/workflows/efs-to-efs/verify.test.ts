import { brokenPromises, COPIES_ON, COPY_TIMES, Night, worldWithCopies } from '../../../scenarios/efs-to-efs/night';
import type { World } from '../../../scenarios/world';

let night: Night;

async function verify(input: object = {}, works: World['works'] = [{ Seconds: 600, Times: 'always', Files: 5000 }]) {
  night = await Night.open(worldWithCopies({ works }));
  return night.run({ mode: 'verify', ...input });
}

afterEach(() => {
  const broken = brokenPromises(night);
  night.close();
  expect(broken).toEqual([]);
});

describe('A verification', () => {
  it('reads the newest copy whole, and leaves everything as it was', async () => {
    const run = await verify();

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { action: 'verify', copiedAt: COPY_TIMES[0] } });
    expect(run.report).toMatchObject({ fromFileSystemId: COPIES_ON, verifiedFiles: 5000 });
    expect(night.requests[0]?.request).toMatchObject({ sampleFiles: 0 });
    expect(night.requests[0]?.request).not.toHaveProperty('target');
  });

  it('reads a sample of the copy of a time, if the input says so', async () => {
    const run = await verify({ copy: { at: '2026-11-19T12:00:00Z' }, sampleFiles: 100 });

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { copiedAt: COPY_TIMES[1] } });
    expect(night.requests[0]?.request).toMatchObject({ sampleFiles: 100 });
  });

  it('fails when the copy is not what was written, and names it', async () => {
    const damaged = { Action: 'verify', Outcome: 'FAILED', Reason: 'CopyDamaged', Message: '1 file differs' } as const;

    const run = await verify({}, [damaged]);

    expect(run).toMatchObject({ outcome: 'FAILED', error: 'CopyDamaged' });
    expect(run.cause).toContain('1 file differs');
  });

  it('is refused with everything that is wrong in its input', async () => {
    night = await Night.open(worldWithCopies({ works: [] }));

    const answer = await night.invoke({ mode: 'verify', sampleFiles: -1, copy: { index: 1 }, foo: 1 });
    await night.settle();

    expect(answer.error).toBe('InvalidInputError');
    for (const key of ['sampleFiles', 'copy', 'foo']) expect(answer.message).toContain(key);
    expect(night.requests).toEqual([]);
  });
});
