import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sleep } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { s3 } from './clients';
import { LOG_BUCKET } from './settings';

const ATTEMPTS = 4;
const PAUSE_SECONDS = 0.5;

/**
 * Puts an object into the log bucket unless its key is taken. The key names the content, so an object that exists is
 * right, and repeating is harmless.
 * S3 answers 409 when another upload of the same key is under way. That one may still fail, so the request is made
 * again, which the SDK does not do by itself
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, If-None-Match).
 * @throws what S3 answers otherwise, and the 409 after the last attempt
 */
export async function putOnce(Key: string, Body: Buffer): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await s3.send(new PutObjectCommand({ Bucket: LOG_BUCKET, Key, Body, IfNoneMatch: '*' }));
      return;
    } catch (error) {
      if (hasName(error, 'PreconditionFailed')) return;
      if (!hasName(error, 'ConditionalRequestConflict') || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_SECONDS * attempt);
    }
  }
}
