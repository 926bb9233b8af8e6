import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { IncrementalExportSpecification } from '@aws-sdk/client-dynamodb';
import { allowing, putRoles, roleArn } from '../iam/roles';
import { DynamoDbAccount, ORDERS } from './dynamodb-account';

const MINUTE = 60;
const HOUR = 3600;
const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders';
const at = (time: string) => new Date(`2026-11-20T${time}Z`);

let aws: DynamoDbAccount;

function open(doubts = {}): void {
  aws = new DynamoDbAccount({ startAt: '2026-11-20T12:00:00Z', doubts });
  const enabledAt = '2026-11-01T12:00:00.000Z';
  aws.dynamodb.load([{ ...ORDERS, PointInTimeRecoveryEnabled: true, PointInTimeRecoveryEnabledAt: enabledAt }]);
  aws.account.region().s3.createBucket('exports');
}

afterEach(() => aws.close());

function begin(period: Partial<IncrementalExportSpecification> = {}, input: object = {}) {
  return aws.dynamodb.ExportTableToPointInTime({
    TableArn: TABLE,
    S3Bucket: 'exports',
    S3Prefix: 'run-1',
    ExportType: 'INCREMENTAL_EXPORT',
    IncrementalExportSpecification: { ExportFromTime: at('12:00:00'), ExportToTime: at('13:00:00'), ...period },
    ...input,
  }).ExportDescription;
}

function text(key = ''): string {
  return Buffer.from(aws.account.region().s3.GetObject({ Bucket: 'exports', Key: key }).Body).toString();
}

/** An export to its end: its description, its files and its records as they are in them. */
async function exported(period: Partial<IncrementalExportSpecification> = {}, input: object = {}) {
  const ExportArn = begin(period, input)?.ExportArn;
  await aws.passes(10 * MINUTE);
  const description = aws.dynamodb.DescribeExport({ ExportArn }).ExportDescription;
  const summary = JSON.parse(text(description?.ExportManifest));
  const files = text(summary.manifestFilesS3Key)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const bodies = files.map(({ dataFileS3Key }) => {
    return aws.account.region().s3.GetObject({ Bucket: 'exports', Key: dataFileS3Key }).Body;
  });
  const records = bodies
    .flatMap((body) => gunzipSync(body).toString().split('\n').filter(Boolean))
    .map((line) => JSON.parse(line));
  return { description, summary, files, bodies, records };
}

const order = (customer: string, number: number, status: string) => ({
  customer: { S: customer },
  number: { N: String(number) },
  status: { S: status },
});

describe('An incremental export', () => {
  it('has one record for each item that was written: its image at both ends and the last write', async () => {
    open();
    await aws.passes(10 * MINUTE);
    aws.put('ada', 1, 'SENT');
    aws.put('eve', 3, 'OPEN');
    await aws.passes(10 * MINUTE);
    aws.put('ada', 1, 'DAMAGED');
    aws.delete('bob', 2);
    await aws.passes(HOUR);
    aws.put('ada', 1, 'MENDED');
    const { records, description } = await exported();

    const before = { customer: { S: 'bob' }, number: { N: '2' }, status: { S: 'SENT' }, total: { N: '20' } };
    const micros = (time: string) => ({ WriteTimestampMicros: { N: `${at(time).getTime()}000` } });
    expect(records).toHaveLength(3);
    expect(records).toEqual(
      expect.arrayContaining([
        {
          Metadata: micros('12:20:00'),
          Keys: { customer: { S: 'ada' }, number: { N: '1' } },
          OldImage: { ...order('ada', 1, 'OPEN'), total: { N: '10' } },
          NewImage: order('ada', 1, 'DAMAGED'),
        },
        {
          Metadata: micros('12:10:00'),
          Keys: { customer: { S: 'eve' }, number: { N: '3' } },
          NewImage: order('eve', 3, 'OPEN'),
        },
        { Metadata: micros('12:20:00'), Keys: { customer: { S: 'bob' }, number: { N: '2' } }, OldImage: before },
      ]),
    );
    expect(description).toMatchObject({ ExportStatus: 'COMPLETED', ItemCount: 3, BilledSizeBytes: 10 * 1024 * 1024 });
  });

  it('begins with its first second and ends before its last', async () => {
    open();
    await aws.passes(15 * MINUTE);
    aws.put('ada', 1, 'AT THE START');
    await aws.passes(20 * MINUTE);
    aws.put('ada', 1, 'AT THE END');
    aws.put('bob', 2, 'AT THE END');
    await aws.passes(HOUR);
    const { records } = await exported({ ExportFromTime: at('12:15:00'), ExportToTime: at('12:35:00') });

    expect(records).toEqual([expect.objectContaining({ NewImage: order('ada', 1, 'AT THE START') })]);
  });

  it('has a file for each partition, and manifests by which everything can be checked', async () => {
    open({ 'dynamodb.burstCapacity': 'fiveMinutes' });
    await aws.passes(MINUTE);
    for (let number = 0; number < 20; number += 1) aws.put(`customer ${number}`, number, 'OPEN');
    await aws.passes(2 * HOUR);
    const { files, bodies, summary, description } = await exported();

    const checksums = bodies.map((body) => createHash('md5').update(body).digest('base64'));
    expect(files.map(({ md5Checksum }) => md5Checksum)).toEqual(checksums);
    expect(files.length).toBe(aws.dynamodb.exports.partitions);
    expect(files.reduce((sum, { itemCount }) => sum + itemCount, 0)).toBe(20);
    expect(summary).toMatchObject({
      itemCount: 20,
      exportType: 'INCREMENTAL_EXPORT',
      exportFromTime: at('12:00:00').toISOString(),
    });
    const id = description?.ExportArn?.split('/').at(-1);
    expect(aws.account.region().s3.keys('exports')).toEqual(
      expect.arrayContaining([
        `run-1/AWSDynamoDB/${id}/_started`,
        `run-1/AWSDynamoDB/${id}/manifest-files.md5`,
        `run-1/AWSDynamoDB/${id}/manifest-summary.md5`,
      ]),
    );
  });

  it('shows binary values in base64', async () => {
    open();
    await aws.passes(MINUTE);
    const Item = {
      ...order('ada', 1, 'OPEN'),
      seal: { B: Buffer.from([1, 2]) },
      seals: { L: [{ BS: [Buffer.from([3])] }] },
    };
    aws.dynamodb.PutItem({ TableName: 'Orders', Item });
    await aws.passes(2 * HOUR);
    const { records } = await exported();

    expect(records[0].NewImage).toMatchObject({ seal: { B: 'AQI=' }, seals: { L: [{ BS: ['Aw=='] }] } });
  });

  it.each([
    ['less than 15 minutes', { ExportToTime: at('12:14:59') }, 'ValidationException'],
    ['more than 24 hours', { ExportFromTime: new Date('2026-11-19T12:59:59Z') }, 'ValidationException'],
    ['a time before the window', { ExportFromTime: new Date('2026-10-01T12:00:00Z') }, 'InvalidExportTimeException'],
    ['a time that is not recorded yet', { ExportToTime: at('13:58:00') }, 'InvalidExportTimeException'],
  ])('refuses %s', async (_what, period, code) => {
    open();
    await aws.passes(2 * HOUR);
    expect(aws.refusal(() => begin(period)).code).toBe(code);
  });

  it('refuses a table without point-in-time recovery, and one that is not there', () => {
    open();
    aws.dynamodb.load([{ ...ORDERS, TableName: 'Plain' }]);
    const ofPlain = { TableArn: TABLE.replace('Orders', 'Plain') };
    const ofNone = { TableArn: TABLE.replace('Orders', 'None') };
    expect(aws.refusal(() => begin({}, ofPlain)).code).toBe('PointInTimeRecoveryUnavailableException');
    expect(aws.refusal(() => begin({}, ofNone)).code).toBe('TableNotFoundException');
  });

  it('is begun once for a client token within eight hours, and not for another request', async () => {
    open();
    await aws.passes(2 * HOUR);
    const first = begin({}, { ClientToken: 'token' });
    const second = begin({}, { ClientToken: 'token' });
    const other = aws.refusal(() => begin({ ExportToTime: at('12:30:00') }, { ClientToken: 'token' }));
    await aws.passes(9 * HOUR);
    const third = begin({}, { ClientToken: 'token' });

    expect(second?.ExportArn).toBe(first?.ExportArn);
    expect(other.code).toBe('ExportConflictException');
    expect(third?.ExportArn).not.toBe(first?.ExportArn);
    const listed = aws.dynamodb.ListExports({ TableArn: TABLE }).ExportSummaries ?? [];
    expect(listed.map(({ ExportStatus }) => ExportStatus)).toEqual(['COMPLETED', 'IN_PROGRESS']);
  });

  it('is one of 300 at a time', async () => {
    open();
    await aws.passes(2 * HOUR);
    for (let count = 0; count < 300; count += 1) begin();
    expect(aws.refusal(() => begin()).code).toBe('LimitExceededException');
  });

  it('fails for a bucket that is not there, and where the world says so', async () => {
    open();
    await aws.passes(2 * HOUR);
    aws.dynamodb.loadWorld({ tableJobs: [{ Operation: 'Export', Table: 'Orders', Fails: true, Times: 1 }] });
    const arns = [begin(), begin({}, { S3Bucket: 'none' })].map((description) => description?.ExportArn);
    await aws.passes(10 * MINUTE);

    const found = arns.map((ExportArn) => aws.dynamodb.DescribeExport({ ExportArn }).ExportDescription);
    expect(found.map((description) => description?.ExportStatus)).toEqual(['FAILED', 'FAILED']);
    expect(found[1]?.FailureCode).toBe('S3NoSuchBucket');
    expect(aws.refusal(() => aws.dynamodb.DescribeExport({ ExportArn: `${arns[0]}0` })).code).toBe(
      'ExportNotFoundException',
    );
  });

  it('needs rights on the bucket too', async () => {
    open();
    putRoles(aws.account, { exporter: { inline: { p: allowing('dynamodb:ExportTableToPointInTime') } } });
    const caller = { principalArn: roleArn(aws.account, 'exporter'), accountId: aws.account.id };
    const input = { TableArn: TABLE, S3Bucket: 'exports' };
    const asked = aws.account.endpoint.request(aws.dynamodb, 'ExportTableToPointInTime', input, caller);
    const refused = aws.account.clock.runUntil(asked, MINUTE);
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('s3:AbortMultipartUpload') });
  });
});

describe('Where it is not known what an incremental export has', () => {
  it.each([
    ['none', []],
    ['keysOnly', [{ Metadata: expect.anything(), Keys: { customer: { S: 'eve' }, number: { N: '3' } } }]],
  ])('of an item that was inserted and deleted: %s', async (behaviour, expected) => {
    open({ 'dynamodb.exportOfInsertAndDelete': behaviour });
    await aws.passes(MINUTE);
    aws.put('eve', 3, 'OPEN');
    aws.delete('eve', 3);
    await aws.passes(2 * HOUR);
    expect((await exported()).records).toEqual(expected);
  });

  it.each([
    ['none', 0],
    ['record', 1],
  ])('of an item that is the same at both ends: %s', async (behaviour, count) => {
    open({ 'dynamodb.exportOfUnchangedItem': behaviour });
    await aws.passes(MINUTE);
    aws.dynamodb.UpdateItem({
      TableName: 'Orders',
      Key: { customer: { S: 'ada' }, number: { N: '1' } },
      UpdateExpression: 'SET #total = :ten',
      ExpressionAttributeNames: { '#total': 'total' },
      ExpressionAttributeValues: { ':ten': { N: '10' } },
    });
    await aws.passes(2 * HOUR);
    expect((await exported()).records).toHaveLength(count);
  });
});

describe('A full export', () => {
  it('has every item as it was at a time, in a folder of its own', async () => {
    open();
    await aws.passes(30 * MINUTE);
    aws.put('ada', 1, 'LATER');
    await aws.passes(2 * HOUR);
    const { records, files, description } = await exported(
      {},
      {
        ExportType: 'FULL_EXPORT',
        ExportTime: at('12:20:00'),
        IncrementalExportSpecification: undefined,
      },
    );

    expect(records.map(({ Item }) => `${Item.customer.S} ${Item.status.S}`).sort()).toEqual(['ada OPEN', 'bob SENT']);
    const id = description?.ExportArn?.split('/').at(-1);
    expect(files[0].dataFileS3Key).toMatch(new RegExp(`^run-1/AWSDynamoDB/${id}/data/.*\\.json\\.gz$`));
  });
});
