import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { Execution } from '../../simulator/asl/execution';
import type { Fault } from '../../simulator/faults';

const HOUR_SECONDS = 3600;
const EVENT_IS_LOST: Fault = { event: 'Step Functions Execution Status Change', fault: 'lose', times: 'always' };

let simulation: Simulation | undefined;

afterEach(() => {
  simulation?.close();
  simulation = undefined;
});

async function open(faults: Fault[]): Promise<Simulation> {
  simulation = await Simulation.open({ world: defaultWorld('efs-backup'), faults, seed: 1 });
  return simulation;
}

async function passSeconds({ account: { clock } }: Simulation, seconds: number): Promise<void> {
  await clock.runUntil(clock.sleep(seconds), seconds + 1);
}

function expectToldOnce(account: Simulation, execution: Execution): void {
  expect(account.runRecord(execution)).toMatchObject({ workflow: 'efs-backup', outcome: 'FAILED' });
  expect(account.runRecord(execution)?.open).toBeUndefined();
  expect(account.region.sns.published.map(({ subject }) => subject)).toEqual(['FAILED: efs-backup run-1']);
}

describe('An execution that ended without a run record', () => {
  it('gets its record and one notification after half an hour without DynamoDB', async () => {
    // Prepare
    const down: Fault[] = ['PutItem', 'GetItem', 'UpdateItem', 'Query'].map((operation) => ({
      call: `dynamodb:${operation}`,
      fault: 'serverError',
      times: 'always',
    }));
    const account = await open(down);

    // Act
    const execution = account.start('efs-backup', exampleInput('efs-backup'));
    await passSeconds(account, HOUR_SECONDS / 2);
    account.account.faults.list.length = 0;
    expect(execution.status).toBe('FAILED');
    await passSeconds(account, 2 * HOUR_SECONDS);

    // Assess
    expectToldOnce(account, execution);
  });

  it('gets them when it was stopped before it could write a record, and the event about its end was lost', async () => {
    // Prepare
    const account = await open([EVENT_IS_LOST]);

    // Act
    const execution = account.start('efs-backup', exampleInput('efs-backup'));
    account.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await passSeconds(account, 2 * HOUR_SECONDS);

    // Assess
    expectToldOnce(account, execution);
  });

  it('is found no second time, however often the function looks', async () => {
    // Prepare
    const account = await open([EVENT_IS_LOST]);
    const execution = account.start('efs-backup', exampleInput('efs-backup'));
    account.region.stepFunctions.StopExecution({ executionArn: execution.arn });

    // Act
    await passSeconds(account, 5 * HOUR_SECONDS);

    // Assess
    expectToldOnce(account, execution);
  });
});
