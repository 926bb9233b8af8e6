import { brokenInvariants, settle } from '../../../scenarios/efs-recovery/invariants';
import {
  close,
  DESTINATION,
  entry,
  IN_DESTINATION,
  inputWith,
  open,
  pass,
  recoveryPoint,
  run,
  type Workflow,
  world,
} from '../../../scenarios/efs-recovery/recovery';
import type { Simulation } from '../../../scenarios/simulation';
import { statesOf } from '../../../scenarios/states';
import type { World } from '../../../scenarios/world';
import type { Execution } from '../../../simulator/asl/execution';
import type { Fault } from '../../../simulator/faults';

afterEach(close);

/** From here on the run is reported, and its end is recorded. */
const AFTER_THE_REPORT = ['Succeeded?', 'Run Succeeded', 'Run Failed'];
/** How long after its entry a state is in its middle; others take a fraction of a second. */
const MIDDLE_SECONDS: Record<string, number> = {
  'Back Up File System': 30,
  'Copy Recovery Point': 30,
  'Restore File System': 40,
};

const STATES = (['efs-backup', 'efs-copy-restore'] as const).flatMap((workflow) =>
  statesOf(workflow).map((state) => ({ workflow, ...state })),
);
const LASTING_STATES = STATES.filter(({ isInstant }) => !isInstant);
const UNDO = 'efs-recovery-undo';
const UNDO_STATES = ['Let Functions End', 'Wait For Restore', 'Remove Failed Restore', 'Report Run'];

/** An account in which a run comes past `state`. */
async function openFor(workflow: Workflow, state: string, more: Fault[] = []): Promise<Simulation> {
  const changes: Partial<World> = {};
  const faults = [...more];
  if (['Run Failed', 'Wait For Restore', 'Remove Failed Restore'].includes(state)) {
    changes.restoreJobs = [{ Resource: '*', State: 'FAILED', DurationSeconds: 60 }];
    changes.backupJobs = [{ Resource: '*', State: 'FAILED', DurationSeconds: 60 }];
  }
  if (state === 'Use Existing Copy') {
    faults.push({ call: 'backup:StartCopyJob', fault: 'timeout', times: 'always' });
    changes.recoveryPoints = [recoveryPoint(20), recoveryPoint(18, IN_DESTINATION)];
  }
  return open(workflow, { world: world(workflow, changes), faults });
}

function expectClosed(simulation: Simulation, workflow: Workflow, execution: Execution, state: string): void {
  expect(brokenInvariants(simulation, workflow, execution)).toEqual([]);
  if (AFTER_THE_REPORT.includes(state) || state === 'Report Run') return;
  expect(simulation.runRecord(execution)).toMatchObject({ workflow, outcome: 'FAILED' });
  expect(simulation.region.sns.published.map(({ subject }) => subject)).toEqual([`FAILED: ${workflow} run-1`]);
}

describe('A run', () => {
  it.each(STATES)('of $workflow is closed when it is aborted on entry to "$name"', async ({ workflow, name }) => {
    // Prepare
    const simulation = await openFor(workflow, name);
    const isEntered = entry(simulation, workflow, name);
    const execution = simulation.start(workflow, inputWith(workflow));

    // Act
    const isAborted = isEntered.then(() => execution.abort());
    await simulation.account.clock.runUntil(isAborted, 24 * 3600);
    await settle(simulation, execution);

    // Assess
    expect(execution.status).toBe('ABORTED');
    expectClosed(simulation, workflow, execution, name);
  });

  it.each(LASTING_STATES)(
    'of $workflow is closed when it times out in the middle of "$name"',
    async ({ workflow, name }) => {
      // Prepare
      const simulation = await openFor(workflow, name);
      const isEntered = entry(simulation, workflow, name);
      const execution = simulation.start(workflow, inputWith(workflow));
      await simulation.account.clock.runUntil(isEntered, 24 * 3600);
      await pass(simulation, MIDDLE_SECONDS[name] ?? 0.2);

      // Act: what the timer of the whole execution does when its time has come
      (execution as unknown as { timeOut(): void }).timeOut();
      await settle(simulation, execution);

      // Assess
      expect(execution.status).toBe('TIMED_OUT');
      expectClosed(simulation, workflow, execution, name);
    },
  );
});

describe('A run that was stopped and is redriven', () => {
  it.each(
    LASTING_STATES.flatMap((state) => [
      { ...state, seconds: 61, when: 'while it is being undone' },
      { ...state, seconds: 7200, when: 'after it was undone' },
    ]),
  )('of $workflow, in "$name", $when, changes nothing any more', async ({ workflow, name, seconds }) => {
    // Prepare
    const simulation = await openFor(workflow, name);
    const isEntered = entry(simulation, workflow, name);
    const execution = simulation.start(workflow, inputWith(workflow));
    await simulation.account.clock.runUntil(isEntered, 24 * 3600);
    await pass(simulation, MIDDLE_SECONDS[name] ?? 0.2);
    execution.abort();
    await pass(simulation, seconds);
    const started = startedJobs(simulation);

    // Act
    simulation.region.stepFunctions.RedriveExecution({ executionArn: execution.arn });
    await settle(simulation, execution);

    // Assess
    expect(startedJobs(simulation)).toEqual(started);
    expectClosed(simulation, workflow, execution, name);
  });
});

/** What costs money: the jobs of backups, copies and restores that were asked for. */
function startedJobs(simulation: Simulation): string[] {
  const isStart = ({ call }: { call: string }) => /:Start\w+Job$/.test(call);
  return simulation.account.endpoint.calls.filter(isStart).map(({ call }) => call);
}

describe('A restore whose run is aborted', () => {
  async function abortWhileRestoring(input: Record<string, unknown>, changes: Partial<World> = {}) {
    const simulation = await open('efs-copy-restore', { world: world('efs-copy-restore', changes) });
    const isEntered = entry(simulation, 'efs-copy-restore', 'Restore File System');
    const execution = simulation.start('efs-copy-restore', inputWith('efs-copy-restore', input));
    await simulation.account.clock.runUntil(isEntered, 24 * 3600);
    await pass(simulation, 40);
    execution.abort();
    return { simulation, execution };
  }

  it('is waited for, and its file system is named', async () => {
    const { simulation, execution } = await abortWhileRestoring({ DeleteOnFailure: true });
    await settle(simulation, execution);
    const [restored] = simulation.account.region('eu-central-1').efs.snapshot().fileSystems;
    expect(simulation.runRecord(execution)).toMatchObject({
      report: { RestoredFileSystemId: restored?.FileSystemId },
      cause: expect.stringContaining(`A file system was left behind: ${restored?.FileSystemId}`),
    });
  });

  it('is cleaned up after when it failed and DeleteOnFailure asks for that', async () => {
    const restoreJobs = [{ Resource: '*', State: 'ABORTED' as const, DurationSeconds: 300 }];
    const { simulation, execution } = await abortWhileRestoring({ DeleteOnFailure: true }, { restoreJobs });
    await settle(simulation, execution);
    expect(simulation.account.region('eu-central-1').efs.snapshot().fileSystems).toEqual([]);
    expect(brokenInvariants(simulation, 'efs-copy-restore', execution)).toEqual([]);
  });

  it.each(UNDO_STATES)('is seen to although the undo is aborted in "%s"', async (state) => {
    const { simulation, execution } = await abortWhileRestoring({ DeleteOnFailure: true });
    const undo = await simulation.account.clock.runUntil(entry(simulation, UNDO, state), 24 * 3600);
    undo.abort();
    await settle(simulation, execution);
    expectClosed(simulation, 'efs-copy-restore', execution, 'Restore File System');
  });
});

it.each(['Apply Settings', 'Create Mount Targets'])(
  'A restored file system that somebody deletes before "%s" is not waited for',
  async (state) => {
    // Prepare
    const simulation = await open('efs-copy-restore');
    const efs = simulation.account.region(DESTINATION).efs;
    const deleted = entry(simulation, 'efs-copy-restore', state).then(() => {
      for (const { FileSystemId } of efs.snapshot().fileSystems) efs.DeleteFileSystem({ FileSystemId });
    });
    // Act
    const execution = simulation.start('efs-copy-restore', inputWith('efs-copy-restore'));
    await simulation.finish(execution);
    await deleted;
    // Assess
    expect(execution.error).toBe('FileSystemNotUsableError');
    expect(execution.cause).toContain('It may have been deleted');
  },
);

it('A restored file system whose restore may still run is not offered for use', async () => {
  // Prepare
  const faults = [{ call: 'backup:DescribeRestoreJob', fault: 'accessDenied' as const, times: 'always' as const }];
  // Act
  const { cause, status } = await run('efs-copy-restore', { faults });
  // Assess
  expect(status).toBe('FAILED');
  expect(cause).toMatch(
    /It may still fill fs-\w+: look at the job before you use or delete that\.\nIts end could not be/,
  );
  expect(cause).not.toMatch(/Use it or delete it|could not be removed/);
});

it('A run is closed by the reconciler when the event about its end is lost', async () => {
  const lost: Fault = { event: 'Step Functions Execution Status Change', fault: 'lose', times: 'always' };
  const simulation = await openFor('efs-copy-restore', 'Copy Recovery Point', [lost]);
  const isEntered = entry(simulation, 'efs-copy-restore', 'Copy Recovery Point');
  const execution = simulation.start('efs-copy-restore', inputWith('efs-copy-restore'));
  (await simulation.account.clock.runUntil(isEntered, 24 * 3600)).abort();
  await settle(simulation, execution);
  expectClosed(simulation, 'efs-copy-restore', execution, 'Copy Recovery Point');
});
