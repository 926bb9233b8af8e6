import {
  inputOf,
  MIXED,
  open,
  overwritten,
  run,
  tableOf,
  WORKFLOW,
  worldOf,
} from '../../../scenarios/item-restore/items';
import { brokenAtTheEnd, Promises } from '../../../scenarios/item-restore/promises';
import type { World } from '../../../scenarios/world';

/** The cause with which a run ends that was refused. */
async function refused(input: unknown, world?: World): Promise<string> {
  let cause = '';
  await run({ world, input }, (simulation, execution) => {
    expect(execution.error).toBe('InvalidInputError');
    expect(simulation.account.endpoint.callCounts()['dynamodb:ExportTableToPointInTime']).toBeUndefined();
    cause = execution.cause ?? '';
  });
  return cause;
}

describe('An input that is wrong', () => {
  it('is refused with all problems at once, before anything is exported', async () => {
    const cause = await refused({
      TableName: 'Products',
      From: '2026-11-21T02:14:00Z',
      To: '2026-11-21T02:15:00Z',
      Keys: [{ Pk: 'a' }, { Sku: 7 }],
      Filter: 'new.Price <',
    });
    expect(cause).toContain('To: 2026-11-21T02:15:00Z lies in the future');
    expect(cause).toContain('Keys.0.Pk: is no key attribute of the table');
    expect(cause).toContain('Keys.1.Sku: must be text');
    expect(cause).toMatch(/Filter: .*character/);
  });

  it.each([
    ['From after To', { From: '2026-11-20T02:15:00Z', To: '2026-11-20T02:14:00Z' }, 'To: must be later than From'],
    [
      'a window before what is recorded',
      { From: '2026-10-01T00:00:00Z', To: '2026-10-01T01:00:00Z' },
      'From: 2026-10-01T00:00:00Z is before what is recorded',
    ],
    ['a half second', { From: '2026-11-20T02:14:00.5Z' }, 'From: must be a whole second'],
    ['a time without an offset', { From: '2026-11-20T02:14:00' }, 'From: must be a time with its offset'],
    ['no approval of everything', { Approval: 'Skip' }, 'Approval: without Keys and Filter every item'],
    ['another key of the input', { OnConflicts: 'Skip' }, 'did you mean OnConflict?'],
    ['a filter with the clock', { Filter: '$millis() > 0' }, 'Filter: $millis is not allowed'],
  ])('%s', async (_what, keys, problem) => {
    expect(await refused(inputOf(keys))).toContain(problem);
  });

  it.each([
    [
      'without point-in-time recovery',
      { PointInTimeRecoveryEnabled: false, History: undefined },
      'point-in-time recovery of Products is not enabled',
    ],
    ['with replicas', { ReplicaRegions: ['us-east-1'] }, 'AcceptReplicas: Products is a global table'],
    [
      'whose recovery was turned on within the quarter of an hour before',
      { PointInTimeRecoveryEnabledAt: '2026-11-20T02:13:00Z' },
      'choose a To of at least 2026-11-20T02:28:00Z',
    ],
  ])('a table %s', async (_what, parts, problem) => {
    expect(await refused(inputOf(), worldOf(MIXED, {}, parts))).toContain(problem);
  });

  it('a table that is not there, and one of the stack itself', async () => {
    expect(await refused(inputOf({ TableName: 'Nothing' }))).toContain('TableName: Nothing does not exist');
    const simulation = await open();
    const own = simulation.stack.resource('RunsTable').physicalId;
    simulation.close();
    expect(await refused(inputOf({ TableName: own }))).toContain("is one of this stack's own tables");
  });

  it('a journal that is not there, of another table, or of another bucket', async () => {
    const Source = (Journal: string) => ({ TableName: 'Products', Source: { Journal } });
    expect(await refused(Source('s3://another/item-restores/x/'))).toContain('Source.Journal: must be in the bucket');
    const simulation = await open();
    const bucket = simulation.stack.resource('ItemRestoreBucket').physicalId;
    simulation.close();
    expect(await refused(Source(`s3://${bucket}/item-restores/x/`))).toContain('there is no journal at');
  });

  it('a time at which 300 exports are made', async () => {
    const simulation = await open();
    try {
      simulation.region.s3.createBucket('elsewhere');
      for (let count = 0; count < 300; count += 1)
        simulation.region.dynamodb.ExportTableToPointInTime({
          TableArn: simulation.region.arn('dynamodb', 'table/Products'),
          S3Bucket: 'elsewhere',
        });
      simulation.region.dynamodb.durations.exportTable = 86_400;
      const execution = simulation.start(WORKFLOW, inputOf());
      await simulation.finish(execution);
      expect(execution.cause).toContain('300 exports are being made');
    } finally {
      simulation.close();
    }
  });
});

describe('An export that is not what it should be ends the run before any write', () => {
  const fails = { tableJobs: [{ Operation: 'Export' as const, Table: '*', DurationSeconds: 20, Fails: true }] };

  it('when DynamoDB cannot make it', async () => {
    await run({ world: worldOf(MIXED, fails) }, (_simulation, execution) => {
      expect(execution.error).toBe('ExportFailedError');
    });
  });

  it.each([
    ['a data file is another', /data\/.*gz$/, (body: Buffer) => Buffer.concat([body, Buffer.from([0])]), /checksum/],
    ['a data file is cut off', /data\/.*gz$/, (body: Buffer) => body.subarray(0, body.length - 8), /checksum|unpacked/],
    [
      'a manifest is another',
      /manifest-files\.json$/,
      (body: Buffer) => Buffer.from(body.toString().replace('"itemCount":', '"itemCount":1')),
      /checksum|do not fit/,
    ],
    [
      'a manifest says another number',
      /manifest-summary\.json$/,
      (body: Buffer) => Buffer.from(body.toString().replace(/"itemCount":\d+/, '"itemCount":99')),
      /checksum|do not fit/,
    ],
  ])('when %s', async (_what, pattern, change, cause) => {
    const simulation = await open();
    try {
      const promises = new Promises(simulation);
      const { s3 } = simulation.region;
      const bucket = simulation.stack.resource('ItemRestoreBucket').physicalId;
      const store = s3.store.bind(s3);
      s3.store = (name, key, body) =>
        store(
          name,
          key,
          name === bucket && key.startsWith('exports/') && pattern.test(key) ? change(Buffer.from(body)) : body,
        );
      const execution = simulation.start(WORKFLOW, inputOf());
      await simulation.finish(execution);
      expect(execution.error).toBe('ExportDamagedError');
      expect(execution.cause).toMatch(cause);
      expect(promises.writes).toBe(0);
      expect(brokenAtTheEnd(simulation, promises)).toEqual([]);
    } finally {
      simulation.close();
    }
  });
});

describe('Items of every kind', () => {
  it('come back as they were, typed: sets, binary, 38 digits, empty texts, 400 KB, and keys of each type', async () => {
    const typed = (value: object) => ({ $dynamodb: value });
    const good = {
      Id: 7,
      Part: typed({ B: 'AQID' }),
      Text: '',
      Digits: typed({ N: '12345678901234567890123456789012345678' }),
      Tags: typed({ SS: ['a', 'b'] }),
      Numbers: typed({ NS: ['1', '2.5'] }),
      Bytes: typed({ BS: ['AQ==', 'Ag=='] }),
      Deep: { List: [1, null, { Yes: true, Bin: typed({ B: 'AA==' }) }] },
      Large: 'x'.repeat(390_000),
    };
    const bad = { Id: 7, Part: good.Part, Text: 'bad', Tags: 'no set', Large: 'y'.repeat(390_000) };
    const table = {
      ...tableOf([]),
      KeySchema: [
        { AttributeName: 'Id', KeyType: 'HASH' as const },
        { AttributeName: 'Part', KeyType: 'RANGE' as const },
      ],
      AttributeDefinitions: [
        { AttributeName: 'Id', AttributeType: 'N' as const },
        { AttributeName: 'Part', AttributeType: 'B' as const },
      ],
      Items: [bad],
      History: [{ At: '2026-11-20T02:14:30Z', Key: { Id: 7, Part: good.Part }, Before: good }],
    };
    await run({ world: worldOf([], { tables: [table as never] }) }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      const [found] =
        simulation.region.dynamodb.snapshot().find(({ TableName }) => TableName === 'Products')?.Items ?? [];
      expect(found).toEqual(good);
    });
  });

  it('that DynamoDB refuses make the run fail, and are listed', async () => {
    const faults = [
      {
        call: 'dynamodb:UpdateItem',
        by: 'WriteItemsFunction',
        fault: 'accessDenied' as const,
        times: 'always' as const,
      },
    ];
    await run({ pasts: [overwritten('a')], faults }, (_simulation, execution) => {
      expect(execution.error).toBe('ItemsNotRestoredError');
    });
  });
});
