import { openSmallFleet, RUNNING, scriptedInput, smallWorld } from '../../scenarios/pre-post-backup/small-fleet';
import type { Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import type { Execution } from '../../simulator/asl/execution';
import type { PinnedDoubts } from '../../simulator/doubts';
import { type EventFault, type Fault, QUEUE_MESSAGE } from '../../simulator/faults';

const [INSTANCE = ''] = RUNNING;
const HOUR_SECONDS = 3600;
/** Both names that AWS may report a missed heartbeat by. */
const MISSED_HEARTBEAT = ['Timeout', 'HeartbeatTimeout'] as const;
const ALL_EVENTS_LOST: Fault = { event: '*', fault: 'lose', times: 'always' };

let simulation: Simulation | undefined;

afterEach(() => {
  jest.restoreAllMocks();
  simulation?.close();
  simulation = undefined;
});

async function open(faults: Fault[] = [], world: World = smallWorld(), doubts?: PinnedDoubts): Promise<Simulation> {
  simulation = await openSmallFleet(faults, 1, world, doubts);
  return simulation;
}

/** A run for one instance: scripts, stop, backup, start. */
function start(account: Simulation, keys: Record<string, unknown> = {}): Execution {
  return account.start('pre-post-backup', scriptedInput({ TargetEC2Instances: [INSTANCE], ...keys }));
}

/** Starts a run whose backup job stays in a state that no page of AWS names. */
function startWithoutEnd(account: Simulation): Execution {
  const { backup } = account.region;
  const describe = backup.DescribeBackupJob.bind(backup);
  jest
    .spyOn(backup, 'DescribeBackupJob')
    .mockImplementation((input) => ({ ...describe(input), State: 'VERIFYING' as 'RUNNING' }));
  const windows = { StartWindowMinutes: 60, CompleteWindowMinutes: 120 };
  return start(account, { BackupDetails: { ...scriptedInput().BackupDetails, ...windows } });
}

function worldWithJobsOf(seconds: number): World {
  const world = smallWorld();
  for (const job of world.backupJobs ?? []) job.DurationSeconds = seconds;
  return world;
}

function durationSeconds(account: Simulation, execution: Execution): number {
  return account.result('pre-post-backup', execution).durationSeconds;
}

function resultOf(account: Simulation, execution: Execution): Record<string, unknown> {
  const { report } = account.runRecord(execution) as { report: { Instances: Record<string, unknown>[] } };
  return report.Instances[0] ?? {};
}

/** The types of the history events of the run's group, in order. */
function groupHistory(account: Simulation) {
  const group = [...account.region.stepFunctions.executions.values()].find(({ mapRunArn }) => mapRunArn !== undefined);
  return group?.history ?? [];
}

async function passSeconds(account: Simulation, seconds: number): Promise<void> {
  await account.account.clock.runUntil(account.account.clock.sleep(seconds), seconds + 1);
}

/** Lets time pass until the group's record shows that a step has begun. */
async function untilGroupHas(account: Simulation, key: string): Promise<void> {
  const hasIt = () => account.items('RunsTable').some((item) => key in item);
  await account.account.clock.runUntil(hasIt, HOUR_SECONDS);
}

let usual: number | undefined;

/** How long the run takes when nothing goes wrong. */
async function durationOfUsualRun(): Promise<number> {
  if (usual !== undefined) return usual;
  const undisturbed = await open();
  const execution = start(undisturbed);
  await undisturbed.finish(execution);
  usual = durationSeconds(undisturbed, execution);
  undisturbed.close();
  return usual;
}

/** Everything was done, and each thing once. */
function expectEachStepOnce(account: Simulation, execution: Execution): void {
  expect(execution.status).toBe('SUCCEEDED');
  expect(account.region.ssm.ListCommands({}).Commands).toHaveLength(2);
  expect(account.region.backup.ListBackupJobs({}).BackupJobs).toHaveLength(1);
  expect(account.region.ec2.instance(INSTANCE)?.state).toBe('running');
  expect(account.items('WaitsTable').filter(({ due }) => due)).toEqual([]);
}

/** Lets nothing begin the reconciler, neither its schedule nor a message; or lets both begin it again. */
function letReconcile({ region, stack }: Simulation, isAlive: boolean): void {
  const Name = stack.resource('ReconcileWaitsFunctionEveryFiveMinutes').physicalId;
  if (isAlive) region.events.EnableRule({ Name });
  else region.events.DisableRule({ Name });
  region.lambda.UpdateEventSourceMapping({ UUID: stack.resource('WakeReconciler').physicalId, Enabled: isAlive });
}

const looksAt = (account: Simulation) => account.account.endpoint.callCounts()['backup:DescribeBackupJob'] ?? 0;

describe('A state that waits', () => {
  it('ends when all events are lost, each of the five waits less than a minute late', async () => {
    // Prepare
    const usualSeconds = await durationOfUsualRun();

    // Act
    const account = await open([ALL_EVENTS_LOST]);
    const execution = start(account);
    await account.finish(execution);

    // Assess
    expectEachStepOnce(account, execution);
    expect(durationSeconds(account, execution) - usualSeconds).toBeLessThan(5 * 60);
  });

  it.each<EventFault['fault']>(['delay', 'repeat', 'reorder', 'foreign'])(
    'ends the same way when every event meets "%s"',
    async (fault) => {
      // Prepare
      const account = await open([{ event: '*', fault, times: 'always' }]);

      // Act
      const execution = start(account);
      await account.finish(execution);

      // Assess
      expectEachStepOnce(account, execution);
      expect(resultOf(account, execution)).toMatchObject({ BackupJobStatus: 'COMPLETED', FailureMessage: '' });
    },
  );

  it.each<[EventFault['fault'], lateSeconds: number]>([
    ['lose', 5 * 300],
    ['delay', 5 * 300],
    ['reorder', 5 * 300],
    ['repeat', 5 * 60],
  ])(
    'ends the same way when all events are lost and every message that is to wake the reconciler meets "%s"',
    async (fault, lateSeconds) => {
      // Prepare
      const usualSeconds = await durationOfUsualRun();
      const account = await open([ALL_EVENTS_LOST, { event: QUEUE_MESSAGE, fault, times: 'always' }]);

      // Act
      const execution = start(account);
      await account.finish(execution);

      // Assess
      expectEachStepOnce(account, execution);
      expect(durationSeconds(account, execution) - usualSeconds).toBeLessThan(lateSeconds);
    },
  );

  it.each(['throttle', 'accessDenied', 'timeout', 'timeoutAfterSuccess'] as const)(
    'ends the same way when all events are lost and each message meets "%s"',
    async (fault) => {
      // Prepare
      const account = await open([ALL_EVENTS_LOST, { call: 'sqs:SendMessageBatch', fault, times: 'always' }]);

      // Act
      const execution = start(account);
      await account.finish(execution);

      // Assess
      expectEachStepOnce(account, execution);
    },
  );

  it('is found by the schedule when the queue is purged, and is woken for again', async () => {
    // Prepare
    const account = await open([ALL_EVENTS_LOST], worldWithJobsOf(1800));
    const execution = start(account);
    await untilGroupHas(account, 'jobs');
    const QueueUrl = account.stack.resource('WakeQueue').physicalId;

    // Act
    account.region.sqs.PurgeQueue({ QueueUrl });
    const before = looksAt(account);
    await passSeconds(account, 310);
    const found = looksAt(account);
    await passSeconds(account, 200);

    // Assess
    expect(found).toBeGreaterThan(before);
    expect(looksAt(account)).toBeGreaterThan(found);
    await account.finish(execution);
    expectEachStepOnce(account, execution);
  });

  it('is not changed by a look that a message carries twice, or for a wait or of a kind that is unknown', async () => {
    // Prepare
    const account = await open([ALL_EVENTS_LOST], worldWithJobsOf(1800));
    const execution = start(account);
    await untilGroupHas(account, 'jobs');
    await passSeconds(account, 5);
    const wait = () => account.items('WaitsTable').find(({ kind }) => kind === 'backup-job');
    const { nextCheckAt, version } = wait() ?? {};
    const queue = String(account.stack.resource('WakeQueue').attributes.Arn);
    const carried = (account.region.sqs.messages(queue) ?? []).filter(({ body }) => body.includes('"look"'));

    // Act
    const foreign = ['backup-job', 'no-kind'].map((kind) => JSON.stringify({ look: { id: 'no-wait', kind } }));
    for (const body of [...carried.map((message) => message.body), ...foreign]) account.region.sqs.deliver(queue, body);
    await passSeconds(account, 20);

    // Assess
    expect(carried.length).toBeGreaterThan(0);
    expect(wait()).toMatchObject({ nextCheckAt, version });
    await account.finish(execution);
    expectEachStepOnce(account, execution);
  });

  it('is looked at no more often for a message too many, one out of date or one that nothing sent', async () => {
    // Prepare
    const account = await open([ALL_EVENTS_LOST], worldWithJobsOf(1800));
    const execution = start(account);
    await untilGroupHas(account, 'jobs');
    await passSeconds(account, 5);
    const wait = () => account.items('WaitsTable').find(({ kind }) => kind === 'backup-job');
    const [before, { nextCheckAt } = {}] = [looksAt(account), wait()];
    const queue = String(account.stack.resource('WakeQueue').attributes.Arn);

    // Act
    for (const body of [`{"at":${nextCheckAt}}`, '{"at":1}', 'not JSON']) account.region.sqs.deliver(queue, body);
    await passSeconds(account, 20);

    // Assess
    expect(looksAt(account)).toBe(before);
    expect(wait()).toMatchObject({ nextCheckAt });
    await account.finish(execution);
    expectEachStepOnce(account, execution);
  });

  it('ends at once when everything was over before the wait was stored, without event or reconciler', async () => {
    // Prepare: noting the jobs takes longer than the job
    const slow: Fault = {
      call: 'dynamodb:UpdateItem',
      by: 'BackUpInstancesFunction',
      fault: 'slow',
      nth: 2,
      delaySeconds: 40,
    };
    const account = await open([slow], worldWithJobsOf(10));
    start(account);
    await untilGroupHas(account, 'backup');

    // Act
    letReconcile(account, false);
    await untilGroupHas(account, 'jobs');
    await passSeconds(account, 5);

    // Assess
    const exited = groupHistory(account).map(({ stateExitedEventDetails }) => stateExitedEventDetails?.name);
    expect(exited).toContain('Back Up Instances');
  });

  it('never takes a state that it does not know for success, and says so after the deadline', async () => {
    // Prepare
    const account = await open();

    // Act
    const execution = startWithoutEnd(account);
    await account.finish(execution);

    // Assess
    expect(execution.status).toBe('FAILED');
    const result = resultOf(account, execution);
    expect(result).toMatchObject({ BackupJobStatus: 'VERIFYING', StartEc2InstanceStatus: 'running' });
    expect(result.FailureMessage).toMatch(
      /Back Up Instances: WaitDeadlineError: After \d+ s .* no end of the backup-job/,
    );
    expect(durationSeconds(account, execution)).toBeLessThan(4 * HOUR_SECONDS);
  });

  it('is ended once when the reconciler and an event look at the same moment', async () => {
    // Prepare
    const account = await open([ALL_EVENTS_LOST]);
    const execution = start(account);
    await untilGroupHas(account, 'jobs');
    letReconcile(account, false);
    await passSeconds(account, 120);
    const [job] = account.region.backup.ListBackupJobs({}).BackupJobs ?? [];
    expect(job?.State).toBe('COMPLETED');

    // Act
    const { lambda } = account.region;
    const event = {
      region: account.region.name,
      'detail-type': 'Backup Job State Change',
      detail: { backupJobId: job?.BackupJobId },
    };
    // Each look still waits for its answer when the others begin.
    const slow: Fault = { call: 'backup:DescribeBackupJob', fault: 'slow', times: 'always', delaySeconds: 3 };
    account.account.faults.list.push(slow);
    const looks = Promise.all([
      lambda.run(account.stack.resource('ResumeWaitFunction').attributes.Arn as string, event),
      lambda.run(account.stack.resource('ReconcileWaitsFunction').attributes.Arn as string, {}),
      lambda.run(account.stack.resource('ResumeWaitFunction').attributes.Arn as string, event),
    ]);
    await account.account.clock.runUntil(looks, 120);
    letReconcile(account, true);
    await account.finish(execution);

    // Assess
    expectEachStepOnce(account, execution);
    // All three saw the end; one of them wrote it down, and the others give no second answer.
    const ends = account.account.endpoint.calls.filter(({ call }) => call === 'states:SendTaskSuccess');
    expect(ends.map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
  });

  it('is dropped, and starts nothing, when no task waits for it any more', async () => {
    // Prepare: there is no capacity, so the wait starts the instance again at every look
    const account = await open(
      [ALL_EVENTS_LOST],
      smallWorld({ instance: { StartOutcome: 'InsufficientInstanceCapacity' } }),
    );
    const execution = start(account);
    await account.account.clock.runUntil(
      () => account.account.endpoint.calls.some(({ call }) => call === 'ec2:StartInstances'),
      HOUR_SECONDS,
    );

    // The SDK repeats a refused request by itself; that belongs to the look that has begun.
    await passSeconds(account, 3);

    // Act: no event tells of the end, so no undo takes the wait over
    account.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    const startsBefore = account.account.endpoint.callCounts()['ec2:StartInstances'];
    await passSeconds(account, 30);

    // Assess
    expect(account.account.endpoint.callCounts()['ec2:StartInstances']).toBe(startsBefore);
    expect(account.items('WaitsTable').filter(({ due }) => due)).toEqual([]);
  });

  it('starts no instance while Step Functions does not answer whether its task still waits', async () => {
    // Prepare: there is no capacity, so the wait starts the instance again at every look
    const account = await open(
      [ALL_EVENTS_LOST],
      smallWorld({ instance: { StartOutcome: 'InsufficientInstanceCapacity' } }),
    );
    const execution = start(account);
    await account.account.clock.runUntil(
      () => account.account.endpoint.calls.some(({ call }) => call === 'ec2:StartInstances'),
      HOUR_SECONDS,
    );
    await passSeconds(account, 3);

    // Act: the execution is over, but heartbeats are throttled, and so is the undo
    const { faults, endpoint } = account.account;
    faults.list.push({ call: 'states:SendTaskHeartbeat', fault: 'throttle', times: 'always' });
    account.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    const startsBefore = endpoint.callCounts()['ec2:StartInstances'];
    await passSeconds(account, 50);

    // Assess
    const asked = endpoint.calls.filter(({ call }) => call === 'states:SendTaskHeartbeat');
    expect(asked.some(({ outcome }) => outcome !== 'ok')).toBe(true);
    expect(endpoint.callCounts()['ec2:StartInstances']).toBe(startsBefore);
  });

  it('ends after ten minutes, with the refusal, when it may not look any more', async () => {
    // Prepare
    const account = await open([{ call: 'backup:DescribeBackupJob', fault: 'accessDenied', times: 'always' }]);

    // Act
    const execution = start(account);
    await account.finish(execution);

    // Assess
    expect(execution.status).toBe('FAILED');
    const result = resultOf(account, execution);
    expect(result.FailureMessage).toMatch(
      /Back Up Instances: AccessDeniedException: \d+ looks at the backup-job of .* were refused since/,
    );
    expect(result.StartEc2InstanceStatus).toBe('running');
    expect(result.DowntimeSeconds).toBeLessThan(900);
  });

  it('is started anew when the reconciler can look but cannot end it', async () => {
    // Prepare
    const mute: Fault = {
      call: 'states:SendTaskSuccess',
      by: 'ReconcileWaitsFunction',
      fault: 'serverError',
      times: 'always',
    };
    const account = await open([ALL_EVENTS_LOST, mute]);

    // Act
    const execution = start(account);
    await account.finish(execution);

    // Assess
    expectEachStepOnce(account, execution);
    expect(durationSeconds(account, execution)).toBeLessThan(6 * 900);
  });

  it('is started anew when every look kills the reconciler, and all events are lost', async () => {
    // Prepare
    const deadly: Fault = {
      call: 'backup:DescribeBackupJob',
      by: 'ReconcileWaitsFunction',
      fault: 'crashAfter',
      times: 'always',
    };
    const account = await open([ALL_EVENTS_LOST, deadly]);

    // Act
    const execution = start(account);
    await account.finish(execution);

    // Assess: the heartbeat follows the look, so it is missed, and the next attempt looks itself
    expectEachStepOnce(account, execution);
    expect(durationSeconds(account, execution)).toBeLessThan(6 * 900);
  });

  it.each(MISSED_HEARTBEAT)(
    'is retried after %s, when the reconciler is dead for an hour and all events are lost',
    async (error) => {
      // Prepare
      const account = await open([ALL_EVENTS_LOST], worldWithJobsOf(1800), { 'stepFunctions.heartbeatError': error });
      letReconcile(account, false);

      // Act
      const execution = start(account);
      await passSeconds(account, HOUR_SECONDS);
      letReconcile(account, true);
      await account.finish(execution);

      // Assess
      expectEachStepOnce(account, execution);
      const history = groupHistory(account);
      const missed = history.filter(
        ({ taskTimedOutEventDetails }) => taskTimedOutEventDetails?.error === `States.${error}`,
      );
      expect(missed.length).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(MISSED_HEARTBEAT)(
    'fails with WaitDeadlineError after its deadline, however often it was retried after %s',
    async (error) => {
      // Prepare: a job that never ends, and no reconciler that could end the wait
      const account = await open([ALL_EVENTS_LOST], smallWorld(), { 'stepFunctions.heartbeatError': error });
      const execution = startWithoutEnd(account);
      await untilGroupHas(account, 'jobs');

      // Act
      letReconcile(account, false);
      await passSeconds(account, 4 * HOUR_SECONDS);
      letReconcile(account, true);
      await account.finish(execution);

      // Assess
      expect(resultOf(account, execution).FailureMessage).toContain('Back Up Instances: WaitDeadlineError');
      expect(durationSeconds(account, execution)).toBeLessThan(5 * HOUR_SECONDS);
    },
  );

  it('fails with WaitDeadlineError when its retry comes after the reconciler has dropped the wait', async () => {
    // Prepare: past the deadline the state times out, and its next attempt cannot start for a while
    const account = await open([ALL_EVENTS_LOST]);
    const execution = startWithoutEnd(account);
    await untilGroupHas(account, 'jobs');
    letReconcile(account, false);
    const wait = () => account.items('WaitsTable').find(({ kind }) => kind === 'backup-job');
    await passSeconds(account, 60);
    await passSeconds(account, Number(wait()?.deadline) - account.account.clock.date.getTime() / 1000 + 1);
    const late: Fault = { call: '*', by: 'BackUpInstancesFunction', fault: 'throttle', times: 'always' };
    account.account.faults.list.push(late);
    const attempts = () => groupHistory(account).filter(({ type }) => type === 'TaskTimedOut').length;
    const attemptsBefore = attempts();
    await account.account.clock.runUntil(() => attempts() > attemptsBefore, HOUR_SECONDS);

    // Act
    letReconcile(account, true);
    await account.account.clock.runUntil(() => wait()?.droppedAt !== undefined, HOUR_SECONDS);
    account.account.faults.list.splice(account.account.faults.list.indexOf(late), 1);
    await account.finish(execution);

    // Assess
    expect(resultOf(account, execution).FailureMessage).toContain('Back Up Instances: WaitDeadlineError');
    expect(durationSeconds(account, execution)).toBeLessThan(6 * HOUR_SECONDS);
  });
});

describe('A function that dies between acting and storing its wait', () => {
  it.each([
    ['a backup job is adopted', { call: 'backup:StartBackupJob', by: 'BackUpInstancesFunction' }],
    ['the pre script is found again by its comment', { call: 'ssm:SendCommand', by: 'RunPreScriptFunction' }],
    ['the post script is found again by its comment', { call: 'ssm:SendCommand', by: 'RunPostScriptFunction' }],
    ['stopping is not begun anew', { call: 'ec2:StopInstances', by: 'StopInstancesFunction' }],
  ])('is run again, and %s', async (_what, call) => {
    // Prepare
    const account = await open([{ ...call, fault: 'crashAfter' }]);

    // Act
    const execution = start(account);
    await account.finish(execution);

    // Assess
    expect(account.account.faults.struck).toHaveLength(1);
    expectEachStepOnce(account, execution);
    const changes = account.region.events.seen.map(({ event }) => event.detail as Record<string, string>);
    expect(changes.filter((change) => change['instance-id'] === INSTANCE && change.state === 'stopping')).toHaveLength(
      1,
    );
  });

  it('leaves a pre script that the undo finds, cancels and only then thaws', async () => {
    // Prepare
    const scripts = [{ Contains: 'pre.sh', Status: 'Success' as const, Seconds: 200 }];
    const crash: Fault = { call: 'ssm:SendCommand', by: 'RunPreScriptFunction', fault: 'crashAfter' };
    const account = await open([crash], smallWorld({ instance: { Scripts: scripts } }));
    const execution = start(account);
    await account.account.clock.runUntil(() => account.account.faults.struck.length > 0, HOUR_SECONDS);

    // Act
    account.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await account.finish(execution);

    // Assess
    const [pre, post] = account.region.ssm.ranScripts;
    expect(pre).toMatchObject({ commandLine: 'pre.sh', status: 'Cancelled' });
    expect(post).toMatchObject({ commandLine: 'post.sh', status: 'Success' });
    expect(post?.startedAt.getTime()).toBeGreaterThanOrEqual(pre?.endedAt?.getTime() ?? Number.POSITIVE_INFINITY);
    expect(account.runRecord(execution)).toMatchObject({ outcome: 'FAILED' });
  });
});
