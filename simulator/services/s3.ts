import { createHash } from 'node:crypto';
import type { PutObjectCommandOutput, PutObjectRequest } from '@aws-sdk/client-s3';
import { AwsError } from '../errors';
import { type Access, Service } from '../service';

/** Amazon S3, as far as a log bucket needs it: buckets and objects that are put. */
export class S3 extends Service {
  readonly iamPrefix = 's3';
  /** The objects of each bucket by key. */
  private readonly buckets = new Map<string, Map<string, Uint8Array>>();

  override access(operation: string, input: { Bucket?: string; Key?: string }): Access[] {
    const { Bucket, Key } = input;
    return [{ action: `s3:${operation}`, resource: `arn:aws:s3:::${Bucket}${Key === undefined ? '' : `/${Key}`}` }];
  }

  /** Makes a bucket, as CloudFormation does. */
  createBucket(name: string): void {
    this.buckets.set(name, new Map());
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
  removeBucket(name: string): void {
    if (this.bucket(name).size > 0)
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    this.buckets.delete(name);
  }

  /** The keys of a bucket; undefined when there is no such bucket. */
  keys(bucket: string): string[] | undefined {
    const objects = this.buckets.get(bucket);
    return objects && [...objects.keys()].sort();
  }

  PutObject(input: Omit<PutObjectRequest, 'Body'> & { Body?: Uint8Array }): Omit<PutObjectCommandOutput, '$metadata'> {
    const { Bucket, Key = '', Body = new Uint8Array(), IfNoneMatch } = input;
    const objects = this.bucket(Bucket);
    if (IfNoneMatch === '*' && objects.has(Key))
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    objects.set(Key, new Uint8Array(Body));
    return { ETag: `"${createHash('md5').update(Body).digest('hex')}"` };
  }

  GetObject({ Bucket, Key = '' }: { Bucket?: string; Key?: string }): { Body: Uint8Array } {
    const Body = this.bucket(Bucket).get(Key);
    if (!Body) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    return { Body };
  }

  private bucket(name: string | undefined): Map<string, Uint8Array> {
    const objects = this.buckets.get(name ?? '');
    if (!objects) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return objects;
  }
}
