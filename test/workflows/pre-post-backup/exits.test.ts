import { brokenInvariants, settle } from '../../../scenarios/pre-post-backup/invariants';
import {
  openSmallFleet,
  RUNNING,
  STOPPED,
  scriptedInput,
  smallWorld,
} from '../../../scenarios/pre-post-backup/small-fleet';
import type { Simulation } from '../../../scenarios/simulation';
import { statesOf } from '../../../scenarios/states';
import type { Execution } from '../../../simulator/asl/execution';
import type { PinnedDoubts } from '../../../simulator/doubts';
import type { Fault } from '../../../simulator/faults';
import { wantsRefusals } from '../../setup/refusals';

/** How long after its entry a state is in its middle; others take a fraction of a second. */
const MIDDLE_SECONDS: Record<string, number> = {
  'Back Up Groups': 60,
  'Run Pre Script': 4,
  'Stop Instances': 10,
  'Back Up Instances': 40,
  'Start Instances': 8,
  'Run Post Script': 4,
  'Wait For Backups': 10,
  'Let Functions End': 30,
  'Undo Groups': 20,
};
/** From here on the run is reported, and its end is recorded. */
const AFTER_THE_REPORT = ['Succeeded?', 'Run Succeeded', 'Run Failed', 'Run Closed?', 'Run Closed'];
/** A run that goes well never comes here, nor to the second one a group of one instance. */
const NEVER = ['Undo Incomplete', 'Thaw Started Instances', 'Group Left Open'];
const ABORTED_EVENT = 'Step Functions Execution Status Change';

/** Those of its groups included. */
const STATES = statesOf('pre-post-backup').filter(({ name }) => !NEVER.includes(name));
const LASTING_STATES = STATES.filter(({ isInstant }) => !isInstant);
const UNDO_STATES = statesOf('pre-post-backup-undo').filter(({ name }) => !NEVER.includes(name));

let simulation: Simulation | undefined;

afterEach(() => {
  simulation?.close();
  simulation = undefined;
});

/** A fleet whose run comes past `state`. */
async function openFleet(state: string, faults: Fault[] = [], doubts: PinnedDoubts = {}) {
  const world = smallWorld();
  if (state === 'Run Failed') for (const job of world.backupJobs ?? []) job.State = 'FAILED';
  simulation = await openSmallFleet(faults, 1, world, doubts);
  const account = simulation;
  const keys = state === 'Wait For Backups' ? { ResumeAfter: 'SnapshotStarted' } : {};
  return { account, run: () => account.start('pre-post-backup', scriptedInput(keys)) };
}

/** Resolves with the execution that enters `state` first (of the machine or of one of its groups), at once when it does. */
function entry(account: Simulation, state: string, machine = 'pre-post-backup'): Promise<Execution> {
  return new Promise((resolve) => {
    const stop = account.account.observer.observe(({ what, subject, detail }) => {
      if (what !== 'history' || detail.event.stateEnteredEventDetails?.name !== state) return;
      const execution = account.region.stepFunctions.executions.get(subject);
      if (!execution || execution.machineName !== `backup-workflows-${machine}`) return;
      stop();
      resolve(execution);
    });
  });
}

/** Lets time pass until a state has been entered and its middle has come. */
async function reach(account: Simulation, state: string, isEntered = entry(account, state)): Promise<Execution> {
  const { clock } = account.account;
  const execution = await clock.runUntil(isEntered, 24 * 3600);
  const seconds = MIDDLE_SECONDS[state] ?? 0.2;
  await clock.runUntil(clock.sleep(seconds), seconds + 1);
  return execution;
}

function stop(account: Simulation, execution: Execution): void {
  account.region.stepFunctions.StopExecution({ executionArn: execution.arn });
}

/** Everything is as it was before, one notification was sent, and the record says the same. */
function expectUndone(account: Simulation, execution: Execution): void {
  expect(brokenInvariants(account, execution)).toEqual([]);
  const states = [...RUNNING, STOPPED].map((instanceId) => account.region.ec2.instance(instanceId)?.state);
  expect(states).toEqual(['running', 'running', 'stopped']);
  const scripts = account.region.ssm.ranScripts;
  const hasRun = (instanceId: string, commandLine: string) =>
    scripts.some((script) => script.instanceId === instanceId && script.commandLine === commandLine);
  for (const instanceId of RUNNING) {
    if (hasRun(instanceId, 'pre.sh')) expect(hasRun(instanceId, 'post.sh')).toBe(true);
  }
}

function expectFailed(account: Simulation, execution: Execution): void {
  expect(account.runRecord(execution)).toMatchObject({ outcome: 'FAILED' });
  expect(account.region.sns.published.map(({ subject }) => subject)).toEqual(['FAILED: pre-post-backup run-1']);
}

describe('A run', () => {
  it.each(STATES)('is undone when it is aborted on entry to "$name"', async ({ name }) => {
    // Prepare
    const { account, run } = await openFleet(name);
    const isEntered = entry(account, name);
    const execution = run();

    // Act
    const isAborted = isEntered.then(() => execution.abort());
    await account.account.clock.runUntil(isAborted, 24 * 3600);
    await settle(account, execution);

    // Assess
    expect(execution.status).toBe('ABORTED');
    expectUndone(account, execution);
    if (!AFTER_THE_REPORT.includes(name)) expectFailed(account, execution);
  });

  it.each(LASTING_STATES)('is undone when it is aborted in the middle of "$name"', async ({ name }) => {
    // Prepare
    const { account, run } = await openFleet(name);
    const isEntered = entry(account, name);
    const execution = run();
    await reach(account, name, isEntered);

    // Act
    stop(account, execution);
    await settle(account, execution);

    // Assess
    expect(execution.status).toBe('ABORTED');
    expectUndone(account, execution);
    if (name !== 'Report Run') expectFailed(account, execution);
  });

  it.each(LASTING_STATES)('is undone when it times out in the middle of "$name"', async ({ name }) => {
    // Prepare
    const { account, run } = await openFleet(name);
    const isEntered = entry(account, name);
    const execution = run();
    await reach(account, name, isEntered);

    // Act: what the timer of the whole execution does when its time has come
    (execution as unknown as { timeOut(): void }).timeOut();
    await settle(account, execution);

    // Assess
    expect(execution.status).toBe('TIMED_OUT');
    expectUndone(account, execution);
    if (name !== 'Report Run') expectFailed(account, execution);
  });

  it.each(
    LASTING_STATES.flatMap(({ name }) => [
      { name, seconds: 75, when: 'while it is being undone' },
      { name, seconds: 1800, when: 'after it was undone' },
    ]),
  )('stopped in the middle of "$name" stays undone when it is redriven $when', async ({ name, seconds }) => {
    // Prepare
    const { account, run } = await openFleet(name);
    const isEntered = entry(account, name);
    const execution = run();
    await reach(account, name, isEntered);
    stop(account, execution);
    const { clock } = account.account;
    await clock.runUntil(clock.sleep(seconds), seconds + 1);

    // Act
    account.region.stepFunctions.RedriveExecution({ executionArn: execution.arn });
    await settle(account, execution);

    // Assess
    expectUndone(account, execution);
    if (name !== 'Report Run') expectFailed(account, execution);
  });

  it('is closed by the reconciler when the event about its end is lost', async () => {
    // Prepare
    const lost: Fault = { event: ABORTED_EVENT, fault: 'lose', times: 'always' };
    const { account, run } = await openFleet('Back Up Instances', [lost]);
    const execution = run();
    await reach(account, 'Back Up Instances');

    // Act
    stop(account, execution);
    await settle(account, execution);

    // Assess
    expectUndone(account, execution);
    expectFailed(account, execution);
  });

  it.each(['leftOut', 'errorAndCause'] as const)(
    'is undone when the execution of one group is aborted on its own, and the other groups are backed up (%s)',
    async (behaviour) => {
      // Prepare
      const doubts = { 'stepFunctions.toleratedFailure': behaviour };
      const { account, run } = await openFleet('Back Up Instances', [], doubts);
      const execution = run();
      const group = await reach(account, 'Back Up Instances');

      // Act
      stop(account, group);
      await settle(account, execution);

      // Assess
      expect(execution.status).toBe('FAILED');
      expectUndone(account, execution);
      expectFailed(account, execution);
      expect(account.runRecord(execution)).toMatchObject({ report: { Succeeded: 2, Failed: 1 } });
      expect(account.account.doubts.met).toMatchObject(doubts);
    },
  );

  it.each(['Runtime', 'Permissions'] as const)(
    'is reported with the right that its role has lost, though Step Functions may end it (States.%s)',
    async (behaviour) => {
      // Prepare
      wantsRefusals();
      const doubts = { 'stepFunctions.refusedDistributedMap': behaviour };
      const { account, run } = await openFleet('Back Up Groups', [], doubts);
      const RoleName = account.stack.resource('PrePostBackupStateMachineRole').physicalId;
      const Statement = { Effect: 'Deny', Action: 'states:StartExecution', Resource: '*' };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      account.region.iam.PutRolePolicy({ RoleName, PolicyName: 'deny', PolicyDocument });

      // Act
      const execution = run();
      await settle(account, execution);

      // Assess
      expect(execution.status).toBe('FAILED');
      expectUndone(account, execution);
      expectFailed(account, execution);
      expect(account.region.sns.published[0]?.message).toContain('is not authorized to perform: states:StartExecution');
      expect(account.account.doubts.met).toMatchObject(doubts);
    },
  );

  it('tells what had been refused before it was stopped', async () => {
    // Prepare
    const denied: Fault = { call: 'ec2:StopInstances', by: 'StopInstancesFunction', fault: 'accessDenied', times: 9 };
    const { account, run } = await openFleet('Run Post Script', [denied]);
    const execution = run();
    await reach(account, 'Run Post Script');

    // Act
    stop(account, execution);
    await settle(account, execution);

    // Assess
    expectUndone(account, execution);
    expectFailed(account, execution);
    expect(account.region.sns.published[0]?.message).toMatch(
      /Stop Instances: .*not authorized to perform: ec2:StopInst/,
    );
  });

  it('does not take over what its functions still did after the abort', async () => {
    // Prepare: the answer to "who runs?" takes so long that the execution is over before any instance is stopped
    const slow: Fault = { call: 'ec2:DescribeInstances', by: 'StopInstancesFunction', fault: 'slow', times: 'always' };
    const { account, run } = await openFleet('Stop Instances', [slow]);
    const execution = run();
    await reach(account, 'Stop Instances');

    // Act
    stop(account, execution);
    await settle(account, execution);

    // Assess
    expectUndone(account, execution);
    expectFailed(account, execution);
  });
});

describe('The undo', () => {
  it.each(UNDO_STATES)('is tried again when it is aborted in "$name"', async ({ name, isInstant }) => {
    // Prepare
    const { account, run } = await openFleet(name);
    const execution = run();
    await reach(account, 'Back Up Instances');
    stop(account, execution);

    // Act
    const undo = 'pre-post-backup-undo';
    const { clock } = account.account;
    await (isInstant
      ? clock.runUntil(entry(account, name, undo), 24 * 3600)
      : reach(account, name, entry(account, name, undo)));
    const undos = [...account.region.stepFunctions.executions.values()].filter(({ arn }) =>
      arn.includes(`:execution:backup-workflows-${undo}:`),
    );
    for (const attempt of undos) attempt.abort();
    await settle(account, execution);

    // Assess
    expectUndone(account, execution);
    expectFailed(account, execution);
  });

  it.each([
    { call: 'dynamodb:UpdateItem', by: 'CloseGroupFunction' },
    { call: 'dynamodb:Query', by: 'FindOpenGroupsFunction' },
  ])('that is given up as $by may not $call says so', async ({ call, by }) => {
    // Prepare: the first one leaves the groups open, as a function does that crashes
    const crash: Fault = { call: 'dynamodb:BatchGetItem', by: 'CloseGroupFunction', fault: 'accessDenied', times: 3 };
    const { account, run } = await openFleet('Run Failed', [
      crash,
      { call, by, fault: 'accessDenied', times: 'always' },
    ]);

    // Act
    const execution = run();
    await settle(account, execution);

    // Assess
    const [told] = account.region.sns.published;
    expect(told?.subject).toContain('not undone');
    expect(told?.message).toMatch(new RegExp(`Last undo: .*${by}.* is not authorized to perform: ${call}`, 's'));
    expect(brokenInvariants(account, execution)).toEqual([]);
  });

  it('is given up after three attempts, and the notification says which run it was', async () => {
    // Prepare
    const { account, run } = await openFleet('Back Up Instances');
    const execution = run();
    await reach(account, 'Back Up Instances');
    stop(account, execution);

    // Act
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      stop(
        account,
        await account.account.clock.runUntil(entry(account, 'Let Functions End', 'pre-post-backup-undo'), 3600),
      );
    }
    await settle(account, execution);

    // Assess
    expect(account.runRecord(execution)).toMatchObject({ outcome: 'FAILED', undoAttempts: 3 });
    expect(account.region.sns.published).toHaveLength(1);
    expect(account.region.sns.published[0]?.subject).toContain('not undone');
    expect(account.region.sns.published[0]?.message).toContain(execution.arn);
    expect(brokenInvariants(account, execution)).toEqual([]);
  });
});
