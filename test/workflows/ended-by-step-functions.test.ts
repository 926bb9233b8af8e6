import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';

let simulation: Simulation;

afterEach(() => simulation.close());

/** What an input may have; what the first state adds to it is then too much (States.DataLimitExceeded). */
const INPUT_LIMIT_BYTES = 256 * 1024;

async function runWithJunk(workflow: string, loseEvents = false) {
  const faults = loseEvents ? [{ event: 'Step Functions*', fault: 'lose' as const, times: 'always' as const }] : [];
  simulation = await Simulation.open({ world: defaultWorld(workflow), faults });
  const input = { ...(exampleInput(workflow) as object), Junk: '' };
  input.Junk = 'x'.repeat(INPUT_LIMIT_BYTES - JSON.stringify(input).length - 10);
  const execution = simulation.start(workflow, input);
  await simulation.finish(execution);
  return simulation.result(workflow, execution);
}

describe('An execution that Step Functions ends by itself', () => {
  it.each(['pre-post-backup', 'efs-backup', 'efs-copy-restore', 'dynamodb-swap-restore', 'dynamodb-table-operation'])(
    'is reported with its error and cause: %s',
    async (workflow) => {
      // Act
      const { status, error, notifications, runRecord } = await runWithJunk(workflow);
      // Assess
      expect([status, error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
      expect(notifications).toHaveLength(1);
      expect(notifications[0]?.message).toMatch(/Execution ended FAILED: States\.DataLimitExceeded: .*size/);
      expect(runRecord).toMatchObject({
        outcome: 'FAILED',
        error: expect.stringContaining('States.DataLimitExceeded'),
      });
    },
  );

  it('is reported so although the event about its end was lost', async () => {
    // Act
    const { notifications } = await runWithJunk('efs-backup', true);
    // Assess
    expect(notifications.map(({ message }) => message).join()).toContain('States.DataLimitExceeded');
  });

  it('is reported with what its states had caught, although its report failed', async () => {
    // Prepare
    const copy = { call: 'backup:StartCopyJob', by: 'CopyRecoveryPointFunction', times: 'always' as const };
    const report = { call: 'dynamodb:UpdateItem', by: 'ReportEfsRunFunction' };
    const faults = [copy, report].map((each) => ({ ...each, fault: 'accessDenied' as const }));
    simulation = await Simulation.open({ world: defaultWorld('efs-copy-restore'), faults });
    // Act
    const execution = simulation.start('efs-copy-restore', exampleInput('efs-copy-restore'));
    await simulation.finish(execution);
    // Assess
    const { notifications } = simulation.result('efs-copy-restore', execution);
    expect(notifications).toHaveLength(1);
    expect(notifications[0]?.message).toContain('is not authorized to perform: dynamodb:UpdateItem. Before that: Copy');
    expect(notifications[0]?.message).toContain('is not authorized to perform: backup:StartCopyJob');
  });
});
