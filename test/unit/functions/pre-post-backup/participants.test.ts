import '../environment';
import type { GroupInStep } from '../../../../functions/pre-post-backup/groups';
import { parseInput, type Settings } from '../../../../functions/pre-post-backup/input';
import { decideParticipants } from '../../../../functions/pre-post-backup/participants';
import type { Wait } from '../../../../functions/shared/waits/waits';

const group: GroupInStep = {
  runId: 'run',
  item: 'group#000000',
  instances: [
    { instanceId: 'i-1', wasRunning: true },
    { instanceId: 'i-2', wasRunning: true },
    { instanceId: 'i-3', wasRunning: false },
  ],
  preScript: { intendedAt: 0, commands: { 'command-1': ['i-1', 'i-2'] } },
  waits: {},
};

function settings(OnScriptFailure: string, hasPreScript = true): Settings {
  const PreBackupScriptDetails = { SourceS3Path: 'https://scripts.s3.amazonaws.com/pre.sh', CommandToRun: 'pre.sh' };
  const parsed = parseInput({
    TargetEC2Instances: ['i-12345678'],
    BackupDetails: { BackupVaultName: 'nightly', IamRoleArn: 'arn:aws:iam::111122223333:role/backup' },
    OnScriptFailure,
    ...(hasPreScript && { RemoteRunCommandDetails: { PreBackupScriptDetails } }),
  });
  return parsed.settings as Settings;
}

/** The group after its pre script, which ended like this on each instance. */
function ended(results: Record<string, { status: string; detail?: string }>): GroupInStep {
  const preScript = { settled: { 'command-1': { state: 'ENDED', at: 0, results } } } as unknown as Wait;
  return { ...group, waits: { preScript } };
}

const ids = (instances: { instanceId: string }[]) => instances.map(({ instanceId }) => instanceId);

describe('The decision who is backed up after the pre script', () => {
  it('takes every instance when there is no pre script', () => {
    const { instances, skipped, crashConsistent } = decideParticipants(group, settings('Abort', false));

    expect(ids(instances)).toEqual(['i-1', 'i-2', 'i-3']);
    expect({ skipped, crashConsistent }).toEqual({ skipped: {}, crashConsistent: {} });
  });

  it.each(['Abort', 'Skip', 'CrashConsistent'])('takes every instance when the script succeeded (%s)', (choice) => {
    // Prepare
    const after = ended({ 'i-1': { status: 'Success' }, 'i-2': { status: 'Success' } });

    // Act
    const { instances, skipped, crashConsistent } = decideParticipants(after, settings(choice));

    // Assess
    expect(ids(instances)).toEqual(['i-1', 'i-2', 'i-3']);
    expect({ skipped, crashConsistent }).toEqual({ skipped: {}, crashConsistent: {} });
  });

  it.each([
    'Failed',
    'TimedOut',
    'Cancelled',
    'Cancelling',
    'Pending',
    'InProgress',
    'Delayed',
    'NoInvocation',
    'SomethingNew',
  ])('never takes %s for success', (status) => {
    // Prepare
    const after = ended({ 'i-1': { status: 'Success' }, 'i-2': { status } });

    // Act
    const { instances, skipped } = decideParticipants(after, settings('Skip'));

    // Assess
    expect(ids(instances)).toEqual(['i-1', 'i-3']);
    expect(skipped).toEqual({ 'i-2': `the pre script ended ${status}` });
  });

  it('never takes silence for success', () => {
    // Act
    const decide = () => decideParticipants(group, settings('Abort'));

    // Assess
    expect(decide).toThrow(
      expect.objectContaining({
        name: 'PreScriptFailedError',
        message: expect.stringContaining(
          'i-1: the pre script ended Unknown (SSM had reported no end when the wait was over)',
        ),
      }),
    );
  });

  it('with Abort takes no instance when it failed on one, and says where', () => {
    // Prepare
    const after = ended({ 'i-1': { status: 'Success' }, 'i-2': { status: 'Failed', detail: 'Undeliverable' } });

    // Act
    const decide = () => decideParticipants(after, settings('Abort'));

    // Assess
    expect(decide).toThrow('Nothing of this group was backed up. i-2: the pre script ended Failed (Undeliverable)');
  });

  it('with Skip throws when no instance is left', () => {
    // Prepare
    const after = ended({ 'i-1': { status: 'Failed' }, 'i-2': { status: 'Failed' } });
    const running = { ...after, instances: group.instances.slice(0, 2) };

    // Act
    const decide = () => decideParticipants(running, settings('Skip'));

    // Assess
    expect(decide).toThrow(expect.objectContaining({ name: 'PreScriptFailedError' }));
  });

  it('with CrashConsistent takes every instance and remembers on which it failed', () => {
    // Prepare
    const after = ended({ 'i-1': { status: 'TimedOut', detail: 'ExecutionTimedOut' }, 'i-2': { status: 'Success' } });

    // Act
    const { instances, crashConsistent } = decideParticipants(after, settings('CrashConsistent'));

    // Assess
    expect(ids(instances)).toEqual(['i-1', 'i-2', 'i-3']);
    expect(crashConsistent).toEqual({ 'i-1': 'the pre script ended TimedOut (ExecutionTimedOut)' });
  });

  it('counts an instance that SSM could not be asked to reach as failed', () => {
    // Prepare
    const after = ended({ 'i-1': { status: 'Success' } });
    const preScript = { intendedAt: 0, commands: { 'command-1': ['i-1'] }, unreachable: ['i-2'] };

    // Act
    const { skipped } = decideParticipants({ ...after, preScript }, settings('Skip'));

    // Assess
    expect(skipped).toEqual({
      'i-2': 'the pre script ended NoInvocation (SSM does not manage the instance, or lost contact to it)',
    });
  });
});
