import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const HOUR = 3600;
const DAY = 24 * HOUR;
const TableName = 'Orders';
const DAYS_AGO = '2026-11-01T12:00:00.000Z';

let aws: DynamoDbAccount;

beforeEach(() => {
  aws = new DynamoDbAccount({ startAt: '2026-11-20T12:00:00Z' });
  aws.dynamodb.load([{ ...ORDERS, PointInTimeRecoveryEnabled: true, PointInTimeRecoveryEnabledAt: DAYS_AGO }]);
});
afterEach(() => aws.close());

const restore = (input: object, TargetTableName = 'Restored') =>
  aws.dynamodb.RestoreTableToPointInTime({ SourceTableName: TableName, TargetTableName, ...input });

async function restored(RestoreDateTime: Date, name: string): Promise<string[]> {
  restore({ RestoreDateTime }, name);
  await aws.passes(600);
  return aws.orders(name);
}

const recovery = () =>
  aws.dynamodb.DescribeContinuousBackups({ TableName }).ContinuousBackupsDescription?.PointInTimeRecoveryDescription;

const enable = (PointInTimeRecoveryEnabled: boolean, RecoveryPeriodInDays?: number) =>
  aws.dynamodb.UpdateContinuousBackups({
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled, RecoveryPeriodInDays },
  });

describe('A restore to a point in time', () => {
  it('brings back the items of that second', async () => {
    const times: Date[] = [aws.account.clock.date];
    await aws.passes(1);
    aws.put('ada', 1, 'SENT');
    aws.put('eve', 3, 'OPEN');
    times.push(aws.account.clock.date);
    await aws.passes(1);
    aws.delete('bob', 2);
    aws.put('ada', 1, 'DAMAGED');
    times.push(aws.account.clock.date);
    await aws.passes(HOUR);

    const found: string[][] = [];
    for (const [index, time] of times.entries()) found.push(await restored(time, `Restored-${index}`));

    expect(found).toEqual([
      ['ada 1 OPEN', 'bob 2 SENT'],
      ['ada 1 SENT', 'bob 2 SENT', 'eve 3 OPEN'],
      ['ada 1 DAMAGED', 'eve 3 OPEN'],
    ]);
  });

  it('knows the second before a write of the same second', async () => {
    const second = aws.account.clock.date;
    await aws.passes(0.5);
    aws.delete('bob', 2);
    await aws.passes(HOUR);

    expect(await restored(new Date(second.getTime() + 700), 'Restored')).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
  });

  it('to the latest time goes back about five minutes', async () => {
    await aws.passes(HOUR);
    aws.put('ada', 1, 'SENT');
    await aws.passes(240);

    const { TableDescription } = restore({ UseLatestRestorableTime: true });
    await aws.passes(600);

    expect(aws.orders('Restored')).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
    expect(TableDescription?.RestoreSummary?.RestoreDateTime?.toISOString()).toBe('2026-11-20T12:59:00.000Z');
  });

  it('takes the settings of now, and the source stays as it was', async () => {
    const before = aws.account.clock.date;
    await aws.passes(HOUR);
    aws.dynamodb.UpdateTable({ TableName, ProvisionedThroughput: { ReadCapacityUnits: 9, WriteCapacityUnits: 9 } });
    aws.delete('bob', 2);

    await restored(before, 'Restored');

    const { Table } = aws.dynamodb.DescribeTable({ TableName: 'Restored' });
    expect(Table?.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 9, WriteCapacityUnits: 9 });
    expect(aws.orders(TableName)).toEqual(['ada 1 OPEN']);
  });

  it('is refused outside the window, without recovery, and without one clear time', () => {
    const code = (input: object) => aws.refusal(() => restore(input)).code;
    const RestoreDateTime = new Date('2026-11-20T11:00:00Z');

    expect(code({ RestoreDateTime: new Date('2026-11-20T11:58:00Z') })).toBe('InvalidRestoreTimeException');
    expect(code({ RestoreDateTime: new Date('2026-11-01T11:59:59Z') })).toBe('InvalidRestoreTimeException');
    expect(code({})).toBe('ValidationException');
    expect(code({ RestoreDateTime, UseLatestRestorableTime: true })).toBe('ValidationException');
    expect(code({ RestoreDateTime, SourceTableName: 'Missing' })).toBe('TableNotFoundException');
    expect(code({ RestoreDateTime, TargetTableName: TableName })).toBe('TableAlreadyExistsException');
    enable(false);
    expect(code({ RestoreDateTime })).toBe('PointInTimeRecoveryUnavailableException');
  });
});

describe('The window', () => {
  it('begins anew when recovery is turned on again', async () => {
    enable(false);
    enable(true);

    expect(recovery()?.EarliestRestorableDateTime).toEqual(aws.account.clock.date);
    aws.put('ada', 1, 'SENT');
    await aws.passes(HOUR);
    expect(await restored(new Date('2026-11-20T12:30:00Z'), 'Restored')).toEqual(['ada 1 SENT', 'bob 2 SENT']);
  });

  it('is as long as the period, and what a shorter period gave up does not come back', async () => {
    enable(true, 2);
    expect(recovery()).toMatchObject({
      RecoveryPeriodInDays: 2,
      EarliestRestorableDateTime: new Date('2026-11-18T12:00:00Z'),
    });

    enable(true, 35);
    expect(recovery()?.EarliestRestorableDateTime).toEqual(new Date('2026-11-18T12:00:00Z'));
    await aws.passes(40 * DAY);
    expect(recovery()?.EarliestRestorableDateTime).toEqual(new Date('2026-11-25T12:00:00Z'));
  });
});

describe('The world file', () => {
  it('brings the past of a table along, and gives it back', async () => {
    aws.close();
    aws = new DynamoDbAccount({ startAt: '2026-11-20T12:00:00Z' });
    const damaged = {
      ...ORDERS,
      PointInTimeRecoveryEnabled: true,
      PointInTimeRecoveryEnabledAt: DAYS_AGO,
      History: [
        {
          At: '2026-11-20T11:30:00.000Z',
          Key: { customer: 'ada', number: 1 },
          Before: { customer: 'ada', number: 1, status: 'PAID' },
        },
        { At: '2026-11-20T11:30:00.000Z', Key: { customer: 'bob', number: 2 } },
      ],
    };

    aws.dynamodb.load([damaged]);

    expect(aws.dynamodb.snapshot()).toEqual([damaged]);
    expect(await restored(new Date('2026-11-20T11:29:59Z'), 'Before')).toEqual(['ada 1 PAID']);
    expect(await restored(new Date('2026-11-20T11:30:00Z'), 'After')).toEqual(['ada 1 OPEN', 'bob 2 SENT']);
  });
});
