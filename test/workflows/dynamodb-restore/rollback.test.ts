import type { RestoreTableFromBackupInput } from '@aws-sdk/client-dynamodb';
import { brokenBySwap } from '../../../scenarios/dynamodb-restore/invariants';
import {
  DAMAGED,
  DUPLICATE,
  GOOD,
  open,
  output,
  parksTable,
  run,
  smallWorld,
  swapInput,
  TABLE,
  tableNames,
  tableOf,
} from '../../../scenarios/dynamodb-restore/parks';
import { SCENARIOS } from '../../../scenarios/dynamodb-restore/scenarios';
import { hasEntered } from '../../../scenarios/states';
import { AwsError } from '../../../simulator/errors';
import type { Fault } from '../../../simulator/faults';

const RESTORE_FAILS = { Operation: 'Restore' as const, Table: TABLE, DurationSeconds: 20, Fails: true };
const jobs = smallWorld().tableJobs ?? [];
const failing = (Times: number) => smallWorld({ tableJobs: [{ ...RESTORE_FAILS, Times }, ...jobs] });
const denied = (call: string, by: string): Fault => ({ call, by, fault: 'accessDenied', times: 'always' });

it('restores the data once more when the first restore under the name fails', async () => {
  await run({ world: failing(1) }, (simulation, execution) => {
    expect(output(execution)).toMatchObject({
      DataUnderName: 'restored',
      Warning: expect.stringContaining('TableRestoreFailedError'),
    });
    expect(tableOf(simulation)).toMatchObject({ Items: GOOD, DeletionProtectionEnabled: true });
  });
});

it('goes back to the original when the data cannot be restored, and keeps both copies of the data', async () => {
  await run({ world: failing(2) }, (simulation, execution) => {
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableRestoreFailedError' });
    expect(execution.cause).toContain('original, restored from the fallback');
    expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
    expect(tableNames(simulation)).toEqual([TABLE, DUPLICATE]);
    expect(simulation.runRecord(execution)).toMatchObject({
      report: { DataUnderName: 'original, restored from the fallback', DuplicateTableName: DUPLICATE },
    });
  });
});

it('says that the name may be empty and where every copy is when nothing can be restored', async () => {
  await run({ world: failing(99) }, (simulation, execution) => {
    const { fallbackBackupArn, duplicateBackupArn } = simulation.runRecord(execution) ?? {};
    expect(execution.status).toBe('FAILED');
    for (const part of ['MAY BE EMPTY', fallbackBackupArn, duplicateBackupArn, DUPLICATE])
      expect(simulation.region.sns.published.at(-1)?.message).toContain(part);
    expect(simulation.region.dynamodb.backups.find(String(duplicateBackupArn)).status).toBe('AVAILABLE');
  });
});

it('gives a refusal some minutes to pass before it leaves the name empty', async () => {
  const faults = [
    { call: 'dynamodb:UpdateItem', by: 'RestoreOriginalFunction', fault: 'accessDenied' as const, times: 5 },
  ];
  expect(await brokenBySwap({ faults })).toEqual([]);
});

it('replaces what was restored with a part of its items (S4-D31)', async () => {
  const world = smallWorld({
    tableJobs: [{ Operation: 'Restore', Table: TABLE, DurationSeconds: 20, LosesItems: 1, Times: 1 }, ...jobs],
  });
  await run({ world }, (simulation, execution) => {
    expect(output(execution)).toMatchObject({ Warning: expect.stringContaining('it has 2 items instead of 3') });
    expect(tableOf(simulation)?.Items).toEqual(GOOD);
  });
});

it('leaves out the settings that may be why a restore is refused, and puts back what it can', async () => {
  const units = { ReadCapacityUnits: 7, WriteCapacityUnits: 3 };
  const world = smallWorld({ tables: [parksTable({ BillingMode: 'PROVISIONED', ProvisionedThroughput: units })] });
  const simulation = await open(world);
  try {
    const { dynamodb } = simulation.region;
    const restore = dynamodb.RestoreTableFromBackup.bind(dynamodb);
    const { access } = dynamodb.RestoreTableFromBackup;
    const refuse = (request: RestoreTableFromBackupInput) => {
      if (request.BillingModeOverride) throw new AwsError('ValidationException', 'Not with these settings.');
      return restore(request);
    };
    dynamodb.RestoreTableFromBackup = Object.assign(refuse, { access });
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await simulation.finish(execution);
    expect(output(execution)).toMatchObject({ DataUnderName: 'restored' });
    expect(tableOf(simulation)).toMatchObject({ Items: GOOD, ProvisionedThroughput: units });
  } finally {
    simulation.close();
  }
});

it.each([
  ['the deletion', denied('dynamodb:DeleteTable', 'DeleteOriginalFunction')],
  ['taking off the protection', denied('dynamodb:UpdateTable', 'DeleteOriginalFunction')],
])('leaves the original as it was when %s is refused', async (_name, fault) => {
  await run({ faults: [fault] }, (simulation, execution) => {
    expect(execution).toMatchObject({ status: 'FAILED', error: 'AccessDeniedException' });
    expect(execution.cause).toContain('as it was');
    expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
    expect(tableNames(simulation)).toEqual([TABLE]);
  });
});

it.each<[string, Fault]>([
  ['the restore to the duplicate', denied('dynamodb:RestoreTableToPointInTime', 'RestoreDuplicateFunction')],
  ['looking at the duplicate', denied('dynamodb:Scan', 'VerifyDuplicateFunction')],
  ['the fallback backup', denied('dynamodb:CreateBackup', 'BackUpTableFunction')],
])('touches nothing when %s is refused', async (_name, fault) => {
  await run({ faults: [fault] }, (simulation, execution) => {
    expect(execution).toMatchObject({ status: 'FAILED', error: 'AccessDeniedException' });
    expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
    expect(tableNames(simulation)).toEqual([TABLE]);
  });
});

it('removes the duplicate although the run failed while AWS Backup had not made its table yet', async () => {
  const recovery = SCENARIOS.find(({ name }) => name.startsWith('of a recovery point'));
  // The second record that it reads is of the wait for the job.
  const faults = [{ call: 'dynamodb:GetItem', by: 'RestoreDuplicateFunction', fault: 'accessDenied' as const, nth: 2 }];
  expect(await brokenBySwap({ world: recovery?.world(), input: recovery?.input, faults })).toEqual([]);
});

it('deletes nothing when the fallback backup fails', async () => {
  const world = smallWorld({
    tableJobs: [{ Operation: 'CreateBackup', Table: TABLE, DurationSeconds: 4, Fails: true }, ...jobs],
  });
  await run({ world }, (simulation, execution) => {
    expect(execution.status).toBe('FAILED');
    expect(tableOf(simulation)).toMatchObject({ Items: DAMAGED, DeletionProtectionEnabled: true });
  });
});

it('is not misled by a look that shows a table that is being deleted as it was before', async () => {
  const faults: Fault[] = [
    { call: 'dynamodb:DeleteTable', by: 'DeleteOriginalFunction', fault: 'crashAfter' },
    { call: 'dynamodb:DescribeBackup', by: 'DeleteOriginalFunction', fault: 'accessDenied', nth: 5 },
    { call: 'dynamodb:DescribeTable', by: 'RestoreOriginalFunction', fault: 'staleRead', times: 3 },
  ];
  expect(await brokenBySwap({ faults })).toEqual([]);
});

it('leaves a table alone that another principal makes under the name before the restore begins', async () => {
  const simulation = await open(smallWorld());
  try {
    const { region, account } = simulation;
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await account.clock.runUntil(() => hasEntered(execution, 'Restore Original'), 86_400);
    region.dynamodb.CreateTable({
      TableName: TABLE,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await simulation.finish(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TableReplacedError' });
    expect(tableOf(simulation)).toMatchObject({ KeySchema: [{ AttributeName: 'id' }] });
    expect(region.dynamodb.backups.present().filter(({ type }) => type === 'USER')).toHaveLength(2);
  } finally {
    simulation.close();
  }
});
