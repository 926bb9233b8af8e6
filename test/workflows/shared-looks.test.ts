import { alike, closeFleet, Fleet, inputByTag } from '../../scenarios/pre-post-backup/fleet';
import type { EventFault, Fault } from '../../simulator/faults';
import { QUEUE_MESSAGE } from '../../simulator/faults';

const ALL_EVENTS_LOST: Fault = { event: '*', fault: 'lose', times: 'always' };
const BACKS_UP = inputByTag({ MaxConcurrentGroups: 1000 });
const JOB_SECONDS = 1800;
const SIZE = 12;

afterEach(closeFleet);

function open(faults: Fault[] = [], size = SIZE): Promise<Fleet> {
  const backupJobs = [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: JOB_SECONDS }];
  return Fleet.open({ instances: alike(size), backupJobs }, { faults });
}

/** How often a call was made, by the function that has this role. */
function count(fleet: Fleet, call: string, by = 'ReconcileWaitsFunction'): number {
  return fleet.simulation.account.endpoint.calls.filter(
    (made) => made.call === call && String(made.principalArn).includes(`-${by}Role-`),
  ).length;
}

/** All were backed up, each once, and nothing waits any more. */
async function expectEachBackedUpOnce(fleet: Fleet, size = SIZE): Promise<number> {
  const run = await fleet.run(BACKS_UP);
  expect([run.status, run.cause]).toEqual(['SUCCEEDED', '']);
  expect(fleet.jobs()).toHaveLength(size);
  expect(fleet.simulation.items('WaitsTable').filter(({ due }) => due)).toEqual([]);
  return run.seconds;
}

describe('Waits that only look', () => {
  it('share their looks: one claim, one read and one list for all of them, and no write without news', async () => {
    // Prepare
    const fleet = await open([ALL_EVENTS_LOST], 40);

    // Act
    await expectEachBackedUpOnce(fleet, 40);

    // Assess: a look each half minute, of which only that finds news at which a job has ended
    const looks = JOB_SECONDS / 30 + 10;
    expect(count(fleet, 'backup:ListBackupJobs')).toBeLessThanOrEqual(looks);
    expect(count(fleet, 'dynamodb:BatchGetItem')).toBeLessThanOrEqual(looks);
    expect(count(fleet, 'backup:DescribeBackupJob')).toBeLessThanOrEqual(2 * 40);
    expect(count(fleet, 'dynamodb:UpdateItem')).toBeLessThanOrEqual(looks + 4 * 40);
    expect(count(fleet, 'states:SendTaskHeartbeat')).toBeLessThanOrEqual((JOB_SECONDS / 450 + 1) * 40);
  });

  it.each<[EventFault['fault'], lateSeconds: number]>([
    ['lose', 400],
    ['delay', 400],
    ['reorder', 400],
    ['repeat', 130],
  ])(
    'end the same way when all events are lost and every message that is to wake the reconciler meets "%s"',
    async (fault, lateSeconds) => {
      const usual = await expectEachBackedUpOnce(await open());
      closeFleet();
      const fleet = await open([ALL_EVENTS_LOST, { event: QUEUE_MESSAGE, fault, times: 'always' }]);
      expect((await expectEachBackedUpOnce(fleet)) - usual).toBeLessThan(lateSeconds);
    },
  );

  it('are looked at no more often for messages that come twice', async () => {
    // Prepare
    const once = await open([ALL_EVENTS_LOST]);
    await expectEachBackedUpOnce(once);
    const looks = count(once, 'backup:ListBackupJobs');
    closeFleet();

    // Act
    const fleet = await open([ALL_EVENTS_LOST, { event: QUEUE_MESSAGE, fault: 'repeat', times: 'always' }]);
    await expectEachBackedUpOnce(fleet);

    // Assess
    expect(count(fleet, 'backup:ListBackupJobs')).toBeLessThanOrEqual(looks + 1);
  });

  it.each<[string, Fault]>([
    ['dies after the claim', { call: 'dynamodb:BatchGetItem', by: 'ReconcileWaitsFunction', fault: 'crashAfter' }],
    ['dies at the list', { call: 'backup:ListBackupJobs', by: 'ReconcileWaitsFunction', fault: 'crashAfter' }],
    [
      'cannot read them for a while',
      { call: 'dynamodb:BatchGetItem', by: 'ReconcileWaitsFunction', fault: 'serverError', times: 30 },
    ],
    [
      'may not list jobs',
      { call: 'backup:ListBackupJobs', by: 'ReconcileWaitsFunction', fault: 'accessDenied', times: 'always' },
    ],
    [
      'finds no tokens for lists',
      { call: 'backup:ListBackupJobs', by: 'ReconcileWaitsFunction', fault: 'throttle', times: 20 },
    ],
    [
      'cannot claim a time',
      { call: 'dynamodb:UpdateItem', by: 'ReconcileWaitsFunction', fault: 'serverError', times: 9 },
    ],
  ])('end when the reconciler %s, and all events are lost', async (_, fault) => {
    const usual = await expectEachBackedUpOnce(await open());
    closeFleet();
    expect((await expectEachBackedUpOnce(await open([ALL_EVENTS_LOST, fault]))) - usual).toBeLessThan(900);
  });

  it('end by events alone when the reconciler is dead', async () => {
    // Prepare
    const fleet = await open();
    const { region, stack } = fleet.simulation;
    region.events.DisableRule({ Name: stack.resource('ReconcileWaitsFunctionEveryFiveMinutes').physicalId });
    region.lambda.UpdateEventSourceMapping({ UUID: stack.resource('WakeReconciler').physicalId, Enabled: false });

    // Act and assess
    await expectEachBackedUpOnce(fleet);
  });

  it('end by the retries of their states when nothing looks at all', async () => {
    // Prepare
    const fleet = await open([ALL_EVENTS_LOST]);
    const { region, stack } = fleet.simulation;
    region.events.DisableRule({ Name: stack.resource('ReconcileWaitsFunctionEveryFiveMinutes').physicalId });
    region.lambda.UpdateEventSourceMapping({ UUID: stack.resource('WakeReconciler').physicalId, Enabled: false });

    // Act and assess
    expect(await expectEachBackedUpOnce(fleet)).toBeLessThan(JOB_SECONDS + 2 * 900);
  });

  it('are dropped with the next heartbeat when their execution was stopped and its event was lost', async () => {
    // Prepare
    const fleet = await open([ALL_EVENTS_LOST]);
    const { clock } = fleet.simulation.account;
    const execution = fleet.simulation.start('pre-post-backup', BACKS_UP);
    const openWaits = () => fleet.simulation.items('WaitsTable').filter(({ due }) => due);
    await clock.runUntil(() => openWaits().length === SIZE, 600);

    // Act
    fleet.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await fleet.pass(800);

    // Assess
    expect(openWaits()).toEqual([]);
  });
});
