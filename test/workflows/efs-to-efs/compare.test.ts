import { COMPARE } from '../../../scenarios/efs-to-efs/faults';
import { brokenPromises, Night, OTHER, SOURCE, START, worldWithCopies } from '../../../scenarios/efs-to-efs/night';

let night: Night;

/** The account in which a file system has been restored, and a comparison of an hour. */
async function open(lostFilesPercent = 0): Promise<void> {
  night = await Night.open(worldWithCopies({ works: [{ Action: 'compare', Seconds: 3600, Times: 'always' }] }));
  const restored = night.region.efs.fileSystem(OTHER);
  if (!restored) throw new Error('The world has no restored file system.');
  restored.directories.push('aws-backup-restore_2026-11-21T02-00-00');
  restored.lostFilesPercent = lostFilesPercent;
}

const comparison = () => night.runs.find(({ runId }) => runId === 'efs-to-efs-compare-a-restore-test');

afterEach(() => {
  const broken = brokenPromises(night);
  night.close();
  expect(broken).toEqual([]);
});

describe('A comparison of a restored file system', () => {
  it('reads both, and says how many files were compared', async () => {
    await open();

    const run = await night.run(COMPARE);

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { action: 'compare', comparedFiles: 1000 } });
    expect(night.requests[0]?.request).toMatchObject({
      action: 'compare',
      source: { fileSystemId: SOURCE },
      restored: { fileSystemId: OTHER },
      before: '2026-11-20T02:00:00Z',
    });
  });

  it('has done its work when files are missing: the verdict is that of the restore test', async () => {
    await open(20);

    const run = await night.run(COMPARE);

    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { outcome: 'FAILED', reason: 'RestoredDiffers' } });
    expect(night.notifications).toEqual([]);
  });

  it('is one run, however often it is asked for', async () => {
    await open();

    await night.invoke(COMPARE);
    await night.run(COMPARE);

    expect(night.runs).toHaveLength(1);
  });

  it('waits for a backup that is at work', async () => {
    await open();
    await night.invoke(START);
    await night.untilWorkIsSent();

    await night.invoke(COMPARE);
    await night.settle();

    const backup = night.runs.find(({ settings }) => (settings as { action: string }).action === 'backup');
    expect(backup).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(comparison()).toMatchObject({ outcome: 'SUCCEEDED', report: { comparedFiles: 1000 } });
    expect(Number(comparison()?.commandSentAt)).toBeGreaterThan(Number(backup?.finishedAt));
  });

  it('gives way to a backup, which is made within its window', async () => {
    await open();
    await night.invoke(COMPARE);
    await night.untilWorkIsSent();

    const asked = await night.invoke(START);
    await night.settle();

    expect(asked).toMatchObject({ status: 'STARTED' });
    expect(comparison()).toMatchObject({ outcome: 'SUCCEEDED', report: { endingCause: 'GaveWay' } });
    const backup = night.lastRun();
    expect(backup).toMatchObject({ outcome: 'SUCCEEDED', report: { action: 'backup' } });
    expect(Number(backup.claimedAt) - Number(backup.startedAt)).toBeLessThan(600);
    expect(night.notifications).toEqual([]);
  });
});
