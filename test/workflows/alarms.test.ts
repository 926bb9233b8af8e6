import { defaultWorld, Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** When an alarm rang, in minutes since the deployment. */
type Ringing = (logicalId: string) => number[];

async function deploy(
  world: World,
  course: (simulation: Simulation, ringing: Ringing) => Promise<void>,
): Promise<void> {
  const simulation = await Simulation.open({ world, seed: 1 });
  const start = simulation.account.clock.now;
  const ringing = (logicalId: string) =>
    simulation.region.cloudWatch
      .alarm(simulation.stack.resource(logicalId).physicalId)
      .transitions.filter(({ to }) => to === 'ALARM')
      .map(({ at }) => Math.round((at - start) / 1000 / MINUTE_SECONDS));
  try {
    await course(simulation, ringing);
  } finally {
    simulation.close();
  }
}

function passes({ account }: Simulation, seconds: number): Promise<unknown> {
  return account.clock.runUntil(account.clock.sleep(seconds), seconds + 1);
}

/** The rules that invoke a function by the clock, off. */
function stop({ region, stack }: Simulation, logicalId: string): void {
  const rules = [...stack.resources].filter(
    ([id, { type }]) => type === 'AWS::Events::Rule' && id.startsWith(logicalId),
  );
  expect(rules.length).toBeGreaterThan(0);
  for (const [, { physicalId: Name }] of rules) region.events.DisableRule({ Name });
}

const withEfs = () => defaultWorld('efs-to-efs');

describe.each([
  ['ReconcilerNotRunningAlarm', 'ReconcileWaitsFunction', () => ({}) as World],
  ['EfsToEfsOverseerAlarm', 'EfsToEfsFunction', withEfs],
])('%s', (alarm, ofFunction, world) => {
  it('does not ring after a deployment, as long as there are looks', async () => {
    await deploy(world(), async (simulation, ringing) => {
      await passes(simulation, 2 * HOUR_SECONDS);
      expect(ringing(alarm)).toEqual([]);
    });
  });

  it('rings half an hour after a deployment that no look has followed', async () => {
    await deploy(world(), async (simulation, ringing) => {
      stop(simulation, ofFunction);
      await passes(simulation, 2 * HOUR_SECONDS);
      expect(ringing(alarm)).toEqual([30]);
    });
  });

  it('rings within half an hour when the looks stop later', async () => {
    await deploy(world(), async (simulation, ringing) => {
      await passes(simulation, HOUR_SECONDS);
      stop(simulation, ofFunction);
      await passes(simulation, 2 * HOUR_SECONDS);
      expect(ringing(alarm)).toEqual([expect.any(Number)]);
      expect(ringing(alarm)[0]).toBeGreaterThan(60);
      expect(ringing(alarm)[0]).toBeLessThanOrEqual(90);
    });
  });
});

describe.each([
  ['PrePostBackupMissedAlarm', 'PrePostBackup', 'pre-post-backup'],
  ['EfsBackupMissedAlarm', 'EfsBackup', 'efs-backup'],
])('%s, from the moment at which the schedule is enabled', (alarm, prefix, workflow) => {
  /** The schedule itself starts nothing here: it runs once a year. */
  const world = {
    parameters: { [`${prefix}ScheduleState`]: 'ENABLED', [`${prefix}ScheduleExpression`]: 'cron(0 3 1 1 ? *)' },
  } as World;

  it('is silent while runs come, and rings when they stay away', async () => {
    await deploy(world, async (simulation, ringing) => {
      stop(simulation, 'ReconcileWaitsFunction');
      for (let day = 0; day < 4; day += 1) {
        await passes(simulation, DAY_SECONDS);
        simulation.start(workflow, {}, `night-${day}`);
      }
      expect(ringing(alarm)).toEqual([]);
      await passes(simulation, 2 * DAY_SECONDS);
      expect(ringing(alarm)).toHaveLength(1);
    });
  });

  it('rings after two days without any run', async () => {
    await deploy(world, async (simulation, ringing) => {
      stop(simulation, 'ReconcileWaitsFunction');
      await passes(simulation, 3 * DAY_SECONDS);
      expect(ringing(alarm)).toEqual([2 * 24 * 60]);
    });
  });
});
