import {
  DAMAGED,
  DUPLICATE,
  daysPass,
  fromPoint,
  inVault,
  open,
  parksTable,
  smallWorld,
  TABLE,
  tableNames,
  tableOf,
  untilAsked,
  type WorldTable,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import { hasEntered } from '../../../scenarios/states';
import type { Fault } from '../../../simulator/faults';

const open_ = (table: Partial<WorldTable>, faults: Fault[] = []) =>
  open(smallWorld({ tables: [parksTable({ DeletionProtectionEnabled: false, ...table })], ...inVault() }), faults);
const withoutRecovery = { PointInTimeRecoveryEnabled: false, History: undefined };
/** Somebody deletes the table and makes one of that name, as a deployment does. */
const replace = ({ region }: Simulation, table: Partial<WorldTable> = {}) =>
  region.dynamodb.load([parksTable({ DeletionProtectionEnabled: false, History: undefined, ...table })]);
const protect = ({ region }: Simulation) =>
  region.dynamodb.UpdateTable({ TableName: TABLE, DeletionProtectionEnabled: true });
const replicate = ({ region }: Simulation) => region.dynamodb.tables.get(TABLE)?.replicaRegions.push('eu-central-1');

describe('A table that is to be deleted by an operation, and that changed since the run looked at it, stays', () => {
  let simulation: Simulation;
  afterEach(() => simulation?.close());

  /** Runs DeleteTable; `act` happens while the backup is made, or without a backup while the request is being repeated. */
  async function deleteWhile(act: (simulation: Simulation) => unknown, keys: object = {}, table = {}) {
    const faults: Fault[] = [{ call: 'dynamodb:DeleteTable', fault: 'throttle', times: 9 }];
    simulation = await open_(table, 'SkipBackup' in keys ? faults : []);
    const input = { Operation: 'DeleteTable', TableName: TABLE, ConfirmTableName: TABLE, ...keys };
    const execution = simulation.start('dynamodb-table-operation', input);
    const state = 'SkipBackup' in keys ? 'Delete Table' : 'Back Up Table';
    await simulation.account.clock.runUntil(() => hasEntered(execution, state), 3600);
    await simulation.account.clock.runUntil(simulation.account.clock.sleep(2), 3);
    await act(simulation);
    await simulation.finish(execution);
    return execution;
  }

  it('when it is another table by now', async () => {
    const execution = await deleteWhile(replace);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableReplacedError' });
    expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
  });

  it('when it is another table by the time at which the request is repeated', async () => {
    const execution = await deleteWhile(replace, { SkipBackup: true });
    expect(execution.output).toContain('another table has its name');
    expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
  });

  it('when it was protected, without consent to take that off', async () => {
    const execution = await deleteWhile(protect);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableChangedError' });
    expect(tableOf(simulation)?.DeletionProtectionEnabled).toBe(true);
  });

  it('when it became a global table', async () => {
    const execution = await deleteWhile(replicate);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableChangedError' });
    expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
  });

  it('and has point-in-time recovery as whoever made it wants it', async () => {
    await deleteWhile((s) => replace(s, { PointInTimeRecoveryEnabledAt: undefined }), {}, withoutRecovery);
    expect(tableOf(simulation)?.PointInTimeRecoveryEnabled).toBe(true);
  });
});

describe('A table that replaced the one of a swap while its approval was asked for', () => {
  let simulation: Simulation;
  afterEach(() => simulation?.close());

  it.each([true, false])('has point-in-time recovery as whoever made it wants it (on: %s)', async (isOn) => {
    simulation = await open_(withoutRecovery);
    const execution = await untilAsked(simulation, fromPoint);
    replace(simulation, { PointInTimeRecoveryEnabled: isOn, PointInTimeRecoveryEnabledAt: undefined });
    await simulation.finish(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableReplacedError' });
    expect(tableOf(simulation)?.PointInTimeRecoveryEnabled ?? false).toBe(isOn);
  });

  it('leaves all copies of the run where they are, and the message names them', async () => {
    simulation = await open_({});
    const execution = await untilAsked(simulation);
    replace(simulation);
    await simulation.finish(execution);
    const { duplicateBackupArn, fallbackBackupArn, report } = simulation.runRecord(execution) ?? {};
    expect(report).toMatchObject({ DataUnderName: 'another table', DuplicateTableName: DUPLICATE });
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
    for (const arn of [duplicateBackupArn, fallbackBackupArn]) {
      expect(simulation.region.dynamodb.backups.find(String(arn)).status).toBe('AVAILABLE');
      expect(execution.cause).toContain(arn);
    }
    expect(execution.cause).not.toContain('as it was');
  });

  it('does not let the duplicate of a point in time be removed, which a stopped run left', async () => {
    simulation = await open_({});
    const execution = await untilAsked(simulation);
    simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
    await simulation.finish(execution);
    replace(simulation);
    await daysPass(simulation, 3);
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
  });

  it('is not touched either when the answer is no', async () => {
    simulation = await open(
      smallWorld({
        tables: [parksTable({ DeletionProtectionEnabled: false, ...withoutRecovery })],
        ...inVault(),
        operator: { answer: 'refuse', afterSeconds: 20 },
      }),
    );
    const execution = await untilAsked(simulation, fromPoint);
    replace(simulation, { PointInTimeRecoveryEnabledAt: undefined });
    await simulation.finish(execution);
    expect(execution.error).toBe('ApprovalRefusedError');
    expect(tableOf(simulation)?.PointInTimeRecoveryEnabled).toBe(true);
  });
});

describe('A table that somebody makes under the name as soon as it is free', () => {
  let simulation: Simulation;
  afterEach(() => simulation?.close());

  /** Runs it, and makes a table at the moment at which the deleted one is gone. */
  async function runUntilFree(workflow: string, input: object) {
    simulation = await open_({});
    const { clock } = simulation.account;
    const execution = simulation.start(workflow, input);
    await clock.runUntil(() => !simulation.region.dynamodb.tables.has(TABLE), 86_400);
    replace(simulation);
    const since = clock.now;
    await simulation.finish(execution);
    return { execution, minutes: ((execution.stopDate?.getTime() ?? clock.now) - since) / 60_000 };
  }

  it('is noticed within minutes by a swap, and stays', async () => {
    const { execution, minutes } = await runUntilFree('dynamodb-swap-restore', { ...fromPoint, Approval: 'Skip' });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableReplacedError' });
    expect(minutes).toBeLessThan(15);
    expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
    expect(simulation.region.sns.published.at(-1)?.message).toContain(DUPLICATE);
  });

  it('does not make a deletion fail that was done', async () => {
    const input = { Operation: 'DeleteTable', TableName: TABLE, ConfirmTableName: TABLE };
    const { execution, minutes } = await runUntilFree('dynamodb-table-operation', input);
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.output).toContain('another table has its name');
    expect(minutes).toBeLessThan(15);
    expect(tableOf(simulation)?.Items).toEqual(DAMAGED);
  });
});
