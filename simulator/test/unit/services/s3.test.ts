import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Account } from '../../../account';

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

describe('S3', () => {
  it('stores bytes as they are, under any key', async () => {
    const Body = Buffer.from([0, 255, 128, 10, 13]);
    await put({ Bucket: 'a-bucket', Key: 'a folder/ü.bin', Body });
    expect(account.region().s3.keys('a-bucket')).toEqual(['a folder/ü.bin']);
    const stored = account.region().s3.GetObject({ Bucket: 'a-bucket', Key: 'a folder/ü.bin' });
    expect(Buffer.from(stored.Body).equals(Body)).toBe(true);
  });

  it('puts an object only where there is none, if it is told to', async () => {
    const input = { Bucket: 'a-bucket', Key: 'x', Body: Buffer.from('1'), IfNoneMatch: '*' };
    await put(input);
    await expect(put(input)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('knows no other bucket', async () => {
    const input = { Bucket: 'no-bucket', Key: 'x', Body: Buffer.from('1') };
    await expect(put(input)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
