import {
  fromPoint,
  inVault,
  open as openTables,
  output,
  POINT_ARN,
  smallWorld,
  TABLE,
  untilAsked,
  VAULT,
} from '../../scenarios/dynamodb-restore/parks';
import { openTest, type Source, startTest } from '../../scenarios/restore-test/tests';
import type { Simulation } from '../../scenarios/simulation';

/** What AWS Backup may say of a job that is COMPLETED. */
const MESSAGE = 'Restore completed with issues: 3 items were left out';
const restoreJobs = [{ Resource: '*', State: 'COMPLETED' as const, StatusMessage: MESSAGE, DurationSeconds: 60 }];

let simulation: Simulation;
afterEach(() => simulation?.close());

describe('A restore that AWS Backup completed with issues is told as that', () => {
  it('by dynamodb-swap-restore, before the approval and in the result', async () => {
    simulation = await openTables(smallWorld({ ...inVault(), restoreJobs }));
    const execution = await untilAsked(simulation, fromPoint);
    const asked = simulation.region.sns.published.find(({ subject }) => subject?.startsWith('APPROVAL'))?.message;
    expect(asked).toContain(MESSAGE);
    await simulation.finish(execution);
    expect(output(execution)).toMatchObject({ DataUnderName: 'restored', Warning: expect.stringContaining(MESSAGE) });
  });

  it('by dynamodb-table-operation', async () => {
    simulation = await openTables(smallWorld({ ...inVault(), tables: [], restoreJobs }));
    const input = {
      Operation: 'RestoreFromRecoveryPoint',
      TableName: TABLE,
      RecoveryPointArn: POINT_ARN,
      BackupVaultName: VAULT,
    };
    const execution = simulation.start('dynamodb-table-operation', input);
    await simulation.finish(execution);
    expect(output(execution).Warning).toContain(MESSAGE);
  });

  it.each<Source>(['a table', 'a file system'])('by restore-test, of %s', async (source) => {
    simulation = await openTest({ kind: { source, isScheduled: false }, damage: { StatusMessage: MESSAGE } });
    const execution = startTest(simulation, { source, isScheduled: false });
    await simulation.finish(execution as never);
    const [run] = simulation
      .items('RunsTable')
      .filter(({ item, workflow }) => item === 'run' && workflow === 'restore-test');
    expect(JSON.stringify(run?.report)).toContain(MESSAGE);
  });
});
