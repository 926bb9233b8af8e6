import { alike, closeFleet, Fleet, inputByTag } from '../../scenarios/pre-post-backup/fleet';
import { type Fault, QUEUE_MESSAGE } from '../../simulator/faults';

const BACKS_UP = inputByTag({ MaxConcurrentGroups: 1000 });
const NO_EVENTS: Fault = { event: '*', fault: 'lose', times: 'always' };
const NO_MESSAGES: Fault = { event: QUEUE_MESSAGE, fault: 'lose', times: 'always' };

afterEach(closeFleet);

function open(size: number, faults: Fault[]): Promise<Fleet> {
  const backupJobs = [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: 600 }];
  return Fleet.open({ instances: alike(size), backupJobs }, { faults });
}

/** How many open waits each partition of the index has. */
function waitsByPartition(fleet: Fleet): Record<string, number> {
  const counts: Record<string, number> = {};
  // The mark that shards are in use is no wait.
  for (const { id, due } of fleet.simulation.items('WaitsTable'))
    if (due && id !== 'shards') counts[String(due)] = (counts[String(due)] ?? 0) + 1;
  return counts;
}

function queriesOf(fleet: Fleet): number {
  const table = String(fleet.simulation.stack.resource('WaitsTable').attributes.Arn);
  return fleet.simulation.account.endpoint.calls.filter(
    ({ call, resource }) => call === 'dynamodb:Query' && String(resource).startsWith(`${table}/index/due`),
  ).length;
}

describe('The waits of a run of more than 200 groups', () => {
  it('are spread over six partitions evenly, and are found there by messages', async () => {
    // Prepare
    const fleet = await open(204, [NO_EVENTS]);
    const execution = fleet.simulation.start('pre-post-backup', BACKS_UP);
    const { clock } = fleet.simulation.account;
    await clock.runUntil(
      () => Object.values(waitsByPartition(fleet)).reduce((sum, each) => sum + each, 0) === 204,
      600,
    );

    // Assess: no partition has more than its share
    expect(waitsByPartition(fleet)).toEqual(
      Object.fromEntries([0, 1, 2, 3, 4, 5].map((shard) => [`due-${shard}`, 34])),
    );

    // Act
    await fleet.simulation.finish(execution);

    // Assess
    expect(execution.status).toBe('SUCCEEDED');
    expect(waitsByPartition(fleet)).toEqual({});
  }, 120_000);

  it('are found by the schedule alone when all events and messages are lost', async () => {
    const fleet = await open(201, [NO_EVENTS, NO_MESSAGES]);
    const execution = fleet.simulation.start('pre-post-backup', BACKS_UP);

    // Act
    await fleet.simulation.finish(execution);

    // Assess
    expect(execution.status).toBe('SUCCEEDED');
    expect(waitsByPartition(fleet)).toEqual({});
  }, 120_000);
});

describe('The schedule of the reconciler', () => {
  it('asks one partition, and seven while a large run may have waits', async () => {
    // Prepare
    const fleet = await open(1, [NO_EVENTS]);
    await fleet.pass(10);
    const before = queriesOf(fleet);

    // Act
    await fleet.pass(300);
    const small = queriesOf(fleet) - before;
    const until = Math.floor(fleet.simulation.account.clock.now / 1000) + 86_400;
    await fleet.region.dynamodb.UpdateItem({
      TableName: fleet.simulation.stack.resource('WaitsTable').physicalId,
      Key: { id: { S: 'shards' } },
      UpdateExpression: 'SET kind = :kind, due = :due, nextCheckAt = :until',
      ExpressionAttributeValues: { ':kind': { S: 'shards' }, ':due': { S: 'due' }, ':until': { N: String(until) } },
    });
    await fleet.pass(300);

    // Assess
    expect([small, queriesOf(fleet) - before - small]).toEqual([1, 7]);
  });
});
