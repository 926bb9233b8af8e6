import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Account } from '../../../account';
import { allowing, putRoles, roleArn } from '../iam/roles';

let account: Account;
let client: S3Client;

beforeEach(() => {
  account = new Account();
  account.region().s3.createBucket('a-bucket');
  client = account.endpoint.client(S3Client);
});

afterEach(() => account.close());

const put = (input: { Bucket: string; Key: string; Body: Buffer; IfNoneMatch?: string }) =>
  account.clock.runUntil(client.send(new PutObjectCommand(input)), 60);

const get = (input: { Bucket: string; Key: string; Range?: string }) =>
  account.clock.runUntil(
    client.send(new GetObjectCommand(input)).then(({ Body }) => Body?.transformToString()),
    60,
  );

describe('S3', () => {
  it('stores bytes as they are, under any key', async () => {
    const Body = Buffer.from([0, 255, 128, 10, 13]);
    await put({ Bucket: 'a-bucket', Key: 'a folder/ü.bin', Body });
    expect(account.region().s3.keys('a-bucket')).toEqual(['a folder/ü.bin']);
    const stored = account.region().s3.GetObject({ Bucket: 'a-bucket', Key: 'a folder/ü.bin' });
    expect(Buffer.from(stored.Body).equals(Body)).toBe(true);
  });

  it('puts an object only where there is none, if the request says so', async () => {
    const input = { Bucket: 'a-bucket', Key: 'x', Body: Buffer.from('1'), IfNoneMatch: '*' };
    await put(input);
    await expect(put(input)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('gives back what was stored, and parts of it', async () => {
    const Key = 'runs/a b.json';
    await put({ Bucket: 'a-bucket', Key, Body: Buffer.from('0123456789') });
    const whole = await get({ Bucket: 'a-bucket', Key });
    const part = await get({ Bucket: 'a-bucket', Key, Range: 'bytes=2-4' });
    expect([whole, part]).toEqual(['0123456789', '234']);
  });

  it('tells only those who may list a bucket that an object is not there', async () => {
    const s3 = account.region().s3;
    putRoles(account, { reader: { inline: { p: allowing('s3:GetObject') } } });
    const stranger = { principalArn: roleArn(account, 'reader'), accountId: account.id };
    await expect(get({ Bucket: 'a-bucket', Key: 'none' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(() => s3.GetObject({ Bucket: 'a-bucket', Key: 'none' }, stranger)).toThrow(/not authorized/);
  });

  it('keeps every version of an object where the bucket is versioned', () => {
    const s3 = account.region().s3;
    s3.createBucket('versioned', { isVersioned: true });
    for (const body of ['1', '2']) s3.PutObject({ Bucket: 'versioned', Key: 'x', Body: Buffer.from(body) });
    expect(s3.versions('versioned', 'x').map((body) => Buffer.from(body).toString())).toEqual(['1', '2']);
  });

  it('knows no other bucket', async () => {
    const input = { Bucket: 'no-bucket', Key: 'x', Body: Buffer.from('1') };
    await expect(put(input)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
