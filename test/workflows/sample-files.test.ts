import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleInput, Simulation, type SimulationResult } from '../../scenarios/simulation';
import { parseFaults, parseWorld } from '../../scenarios/world';

const EVENTS = join(__dirname, '../../events');
const WEB = 'i-0a1b2c3d4e5f60001';
const DB = 'i-0a1b2c3d4e5f60003';

const readJson = (file: string): unknown => JSON.parse(readFileSync(join(EVENTS, file), 'utf8'));

/** One run of pre-post-backup in a world of `events/worlds`, with the faults of a file of `events/faults`. */
async function simulate(world: string, faults?: string): Promise<SimulationResult> {
  const simulation = await Simulation.open({
    world: parseWorld(readJson(`worlds/${world}.json`)),
    faults: faults === undefined ? [] : parseFaults(readJson(`faults/${faults}.json`)),
  });
  try {
    const execution = simulation.start('pre-post-backup', exampleInput('pre-post-backup'));
    await simulation.finish(execution);
    expect(simulation.account.faults.idle).toEqual([]);
    return simulation.result('pre-post-backup', execution);
  } finally {
    simulation.close();
  }
}

/** What the run's record says of an instance. */
function reportOf(result: SimulationResult, instanceId: string): Record<string, unknown> | undefined {
  const { report } = result.runRecord as { report: { Instances: Record<string, unknown>[] } };
  return report.Instances.find(({ InstanceId }) => InstanceId === instanceId);
}

const stateOf = (result: SimulationResult, instanceId: string) =>
  result.world.instances?.find(({ InstanceId }) => InstanceId === instanceId)?.State;

describe('The sample worlds', () => {
  it('are all valid', () => {
    for (const file of readdirSync(join(EVENTS, 'worlds'))) {
      expect(() => parseWorld(readJson(`worlds/${file}`))).not.toThrow();
    }
  });

  it('give results that say what to do next', async () => {
    const result = await simulate('pre-post-backup');
    expect(result.status).toBe('SUCCEEDED');
    expect(() => parseWorld(JSON.parse(JSON.stringify(result.world)))).not.toThrow();
  });

  it.each(['FAILED', 'PARTIAL'])('show a backup job that ends %s', async (state) => {
    const result = await simulate(`pre-post-backup-job-${state.toLowerCase()}`);
    expect(result).toMatchObject({ status: 'FAILED', error: 'BackupIncomplete' });
    expect(reportOf(result, DB)).toMatchObject({
      BackupJobStatus: state,
      FailureMessage: expect.stringContaining(state),
    });
    expect(reportOf(result, WEB)).toMatchObject({ BackupJobStatus: 'COMPLETED', FailureMessage: '' });
    expect(stateOf(result, DB)).toBe('running');
  });

  it('show an instance that cannot be started again, and the notification says that the operator has to', async () => {
    const result = await simulate('pre-post-backup-no-capacity');
    expect(stateOf(result, DB)).toBe('stopped');
    expect(reportOf(result, DB)).toMatchObject({ FailureMessage: expect.stringContaining('start it') });
    expect(result.notifications).toHaveLength(1);
    expect(result.notifications[0]?.message).toContain(DB);
    expect(reportOf(result, WEB)).toMatchObject({ FailureMessage: '' });
  });

  it('show an instance that never comes to stopped, and is not backed up', async () => {
    const result = await simulate('pre-post-backup-stuck-stopping');
    expect(reportOf(result, DB)).toMatchObject({
      BackupJobStatus: 'skipped',
      FailureMessage: expect.stringContaining('WaitDeadlineError'),
    });
    expect(reportOf(result, WEB)).toMatchObject({ FailureMessage: '' });
  });

  it('show an instance without a connection to SSM, and nothing is changed', async () => {
    const result = await simulate('pre-post-backup-ssm-offline');
    expect(result).toMatchObject({ status: 'FAILED', error: 'InvalidInputError' });
    expect(result.cause).toContain(`${DB} is not online in SSM (ConnectionLost)`);
    expect(result.apiCalls['ec2:StopInstances'] ?? 0).toBe(0);
  });
});

describe('The sample faults', () => {
  it.each(readdirSync(join(EVENTS, 'faults')).map((file) => file.replace('.json', '')))(
    'are survived: %s',
    async (faults) => {
      const result = await simulate('pre-post-backup', faults);
      expect(result.status).toBe('SUCCEEDED');
    },
  );
});
