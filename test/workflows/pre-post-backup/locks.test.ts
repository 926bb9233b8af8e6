import { openSmallFleet, RUNNING, scriptedInput, smallWorld } from '../../../scenarios/pre-post-backup/small-fleet';
import type { Simulation } from '../../../scenarios/simulation';

const [INSTANCE = ''] = RUNNING;

let simulation: Simulation | undefined;

afterEach(() => {
  simulation?.close();
  simulation = undefined;
});

/** A lock that a run left behind which has no open record. */
function leaveLock(account: Simulation): void {
  account.region.dynamodb.PutItem({
    TableName: account.stack.resource('LocksTable').physicalId,
    Item: { target: { S: INSTANCE }, runId: { S: 'a run of last week' } },
  });
}

it('takes over the lock of a run that is closed, also when the answer to that gets lost', async () => {
  // Prepare: the second write is the one that takes over
  simulation = await openSmallFleet([
    { call: 'dynamodb:PutItem', by: 'OpenRunFunction', fault: 'timeoutAfterSuccess', nth: 3 },
  ]);
  leaveLock(simulation);

  // Act
  const execution = simulation.start('pre-post-backup', scriptedInput({ TargetEC2Instances: [INSTANCE] }));
  await simulation.finish(execution);

  // Assess
  expect(simulation.account.faults.struck).toHaveLength(1);
  expect(execution.status).toBe('SUCCEEDED');
  expect(simulation.items('LocksTable')).toEqual([]);
});

it('lets a second run fail at once, without touching what the first one holds', async () => {
  // Prepare
  simulation = await openSmallFleet();
  const first = simulation.start('pre-post-backup', scriptedInput());
  const { clock } = simulation.account;
  await clock.runUntil(() => simulation?.items('LocksTable').length === 3, 3600);

  // Act
  const second = simulation.start('pre-post-backup', scriptedInput({ TargetEC2Instances: [INSTANCE] }), 'run-2');
  await simulation.finish(first);

  // Assess
  expect(second).toMatchObject({ status: 'FAILED', error: 'TargetBusyError' });
  expect(second.cause).toContain(INSTANCE);
  expect(first.status).toBe('SUCCEEDED');
});

it('leaves a run closed that an index which lags behind still calls open', async () => {
  // Prepare: the run ends after it has been looked at, and the index is minutes late
  const world = smallWorld({ consistencyDelaySeconds: 180 });
  for (const job of world.backupJobs ?? []) job.DurationSeconds = 600;
  simulation = await openSmallFleet([], 1, world);

  // Act
  const execution = simulation.start('pre-post-backup', scriptedInput({ TargetEC2Instances: [INSTANCE] }));
  await simulation.finish(execution);
  await simulation.account.clock.runUntil(simulation.account.clock.sleep(900), 901);

  // Assess
  expect(execution.status).toBe('SUCCEEDED');
  expect(simulation.runRecord(execution)).toMatchObject({ outcome: 'SUCCEEDED' });
  expect(simulation.runRecord(execution)).not.toHaveProperty('undoExecutionArn');
});
