import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';

const s3 = mockClient(S3Client);
const objects = new Map<string, Buffer>();

s3.on(PutObjectCommand).callsFake(({ Key, Body }) => {
  objects.set(Key, Body);
  return {};
});
s3.on(GetObjectCommand).callsFake(({ Key, Range = 'bytes=0-' }) => {
  const [, first, last] = /(\d+)-(\d*)/.exec(Range) ?? [];
  const bytes = objects.get(Key)?.subarray(Number(first), last ? Number(last) + 1 : undefined);
  return { Body: { transformToString: async () => bytes?.toString() } };
});

describe('The plan of a shard', () => {
  it('shows its counts in its first bytes, also when each item was written in a minute of its own', async () => {
    // Prepare
    process.env.ITEM_RESTORE_BUCKET = 'exports';
    process.env.AWS_REGION ??= 'eu-west-1';
    const { readCounts, storePlan } = await import('../../../../../functions/dynamodb-restore/item-restore/plan-file');
    const { noCounts } = await import('../../../../../functions/dynamodb-restore/item-restore/plan-counts');
    const minuteOf = (index: number) => new Date(index * 60_000).toISOString().slice(0, 16);
    const minutes = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [minuteOf(index), 1]));
    const counts = { ...noCounts(), seen: 4000, updates: 4000, minutes: { ...minutes, [minuteOf(7)]: 2 } };
    // Act
    await storePlan('item-restores/x', 0, { counts, entries: [], listed: [] });
    const read = await readCounts('item-restores/x', 0);
    // Assess
    expect(read).toMatchObject({ seen: 4000, updates: 4000 });
    expect(Object.entries(read.minutes)[0]).toEqual([minuteOf(7), 2]);
  });
});
