import { createHash } from 'node:crypto';
import type { GetObjectRequest, PutObjectCommandOutput, PutObjectRequest } from '@aws-sdk/client-s3';
import { AwsError, SimulatorError } from '../errors';
import { authorize } from '../iam/authorize';
import { type Access, type Caller, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { keyUse, viaService } from './key-use';

/** What a template says about a bucket, as far as requests depend on it. */
interface BucketSettings {
  /** The key of the customer that encrypts what is stored. */
  kmsKeyId?: string;
  isVersioned?: boolean;
}

interface Bucket extends BucketSettings {
  /** The versions of each object by key, the newest last; without versioning there is one. */
  objects: Map<string, Uint8Array[]>;
}

declare module '../places' {
  interface Region {
    readonly s3: S3;
  }
}

/** Amazon S3, as far as a log bucket and the files of an export need it: objects that are put, looked at and read. */
export class S3 extends Service {
  readonly iamPrefix = 's3';
  private readonly buckets = new Map<string, Bucket>();

  /**
   * The key of a bucket is used for the caller.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
   */
  override usualAccess(operation: string, input: { Bucket?: string; Key?: string }): Access[] {
    const { Bucket, Key } = input;
    const resource = `arn:${this.region.account.partition.id}:s3:::${Bucket}${Key === undefined ? '' : `/${Key}`}`;
    const operations = operation === 'PutObject' ? ['GenerateDataKey'] : ['Decrypt'];
    const key = this.buckets.get(Bucket ?? '')?.kmsKeyId;
    return [
      { action: `s3:${operation}`, resource },
      ...keyUse(this.region, key, operations, viaService(this.region, 's3')),
    ];
  }

  /** Makes a bucket, as CloudFormation does. */
  createBucket(name: string, settings: BucketSettings = {}): void {
    this.buckets.set(name, { ...settings, objects: new Map() });
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
  removeBucket(name: string): void {
    if (this.bucket(name).objects.size > 0)
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    this.buckets.delete(name);
  }

  /** The keys of a bucket; undefined when there is no such bucket. */
  keys(bucket: string): string[] | undefined {
    const objects = this.buckets.get(bucket)?.objects;
    return objects && [...objects.keys()].sort();
  }

  /** Every version of an object, the newest last. */
  versions(bucket: string, key: string): readonly Uint8Array[] {
    return this.buckets.get(bucket)?.objects.get(key) ?? [];
  }

  /** Stores an object without a check of rights, as a service of AWS does once it may. */
  store(bucket: string, key: string, body: Uint8Array): string {
    const { objects, isVersioned } = this.bucket(bucket);
    const versions = objects.get(key) ?? [];
    objects.set(key, [...(isVersioned ? versions : []), new Uint8Array(body)]);
    return createHash('md5').update(body).digest('hex');
  }

  PutObject(input: Omit<PutObjectRequest, 'Body'> & { Body?: Uint8Array }): Omit<PutObjectCommandOutput, '$metadata'> {
    // The last four come from the SDK itself. The sum is taken to be right, and no answer tells the type.
    requireSupported('s3:PutObject', input, [
      'Bucket',
      'Key',
      'Body',
      'IfNoneMatch',
      'ChecksumAlgorithm',
      'ChecksumCRC32',
      'ContentLength',
      'ContentType',
    ]);
    const { Bucket = '', Key = '', Body = new Uint8Array(), IfNoneMatch } = input;
    if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
      throw new SimulatorError(`s3:PutObject: the IfNoneMatch ${IfNoneMatch} is not simulated.`);
    if (IfNoneMatch === '*' && this.bucket(Bucket).objects.has(Key))
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    return { ETag: `"${this.store(Bucket, Key, Body)}"` };
  }

  /** A range is `bytes=FIRST-LAST`, both inclusive. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
  GetObject(input: GetObjectRequest, caller?: Caller): { Body: Uint8Array; ContentLength: number; ETag: string } {
    requireSupported('s3:GetObject', input, ['Bucket', 'Key', 'Range', 'ChecksumMode']);
    const { Bucket, Key = '', Range } = input;
    const whole = this.object(Bucket, Key, caller);
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(Range ?? '') ?? [];
    if (Range !== undefined && first === undefined)
      throw new SimulatorError(`s3:GetObject: the range ${Range} is not simulated.`);
    if (first !== undefined && Number(first) >= whole.byteLength)
      throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
    const Body = first === undefined ? whole : whole.subarray(Number(first), Number(last) + 1);
    return { Body, ContentLength: Body.byteLength, ETag: `"${createHash('md5').update(whole).digest('hex')}"` };
  }

  /**
   * Who may not list a bucket is not told that an object is not there: the answer is 403 instead of 404.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
   */
  private object(bucket: string | undefined, key: string, caller?: Caller): Uint8Array {
    const body = this.bucket(bucket).objects.get(key)?.at(-1);
    if (body) return body;
    if (caller) {
      const list = { action: 's3:ListBucket', resource: `arn:${this.region.account.partition.id}:s3:::${bucket}` };
      authorize(this.region.account, caller, [list]);
    }
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }

  private bucket(name: string | undefined): Bucket {
    const bucket = this.buckets.get(name ?? '');
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }
}
