import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../../shared/clients/s3';
import { requireEnv } from '../../shared/config';
import { hasName } from '../../shared/error-name';
import { TransientServiceError } from '../../shared/errors';

/** The stack's bucket for exports, plans and journals. */
export const BUCKET = requireEnv('ITEM_RESTORE_BUCKET');

/** Stores an object, or a new version of it. */
export async function put(Key: string, Body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(Body) }));
}

/**
 * Stores an object unless there is one; false when there is. A lost answer that the SDK repeats is false too: the object
 * that is there is then this one. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (If-None-Match)
 */
export async function putOnce(Key: string, Body: string): Promise<boolean> {
  try {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(Body), IfNoneMatch: '*' }));
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (hasName(error, 'PreconditionFailed')) return false;
    if (hasName(error, 'ConditionalRequestConflict')) throw new TransientServiceError(message);
    throw error;
  }
}

/** The text of an object; undefined when there is none. `range` is its first and its last byte. */
export async function getText(Key: string, range?: [number, number]): Promise<string | undefined> {
  try {
    const Range = range && `bytes=${range[0]}-${range[1]}`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...(Range && { Range }) }));
    return await Body?.transformToString();
  } catch (error) {
    if (hasName(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

/** The objects of JSON lines; undefined when there is no object. */
export async function getLines<T>(key: string): Promise<T[] | undefined> {
  const text = await getText(key);
  return text === undefined ? undefined : parseLines<T>(text);
}

export function parseLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

export function asLines(objects: unknown[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

/** The bytes of an object as they come. Throws what S3 answers, also when there is none. */
export async function* getBytes(Key: string): AsyncGenerator<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  yield* Body as unknown as AsyncIterable<Uint8Array>;
}
