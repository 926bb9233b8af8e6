import { isObject, type Json } from '../template';
import type { ResourceType } from './resource-type';

const document: ResourceType = {
  properties: ['Content', 'DocumentFormat', 'DocumentType', 'Name', 'Tags', 'TargetType', 'UpdateMethod'],
  create(context, properties) {
    const name = context.name(properties.Name, 128);
    context.region.ssm.createDocument(name, isObject(properties.Content) ? properties.Content : {});
    return { physicalId: name, attributes: {} };
  },
  remove: ({ region }, { physicalId }) => region.ssm.removeDocument(physicalId),
};

const bucket: ResourceType = {
  properties: [
    'BucketName',
    'BucketEncryption',
    'LifecycleConfiguration',
    'LoggingConfiguration',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
    'VersioningConfiguration',
  ],
  create(context, properties) {
    const name = context.name(properties.BucketName, 63).toLowerCase();
    const versioning = properties.VersioningConfiguration;
    context.region.s3.createBucket(name, {
      kmsKeyId: kmsKeyOf(properties.BucketEncryption),
      isVersioned: isObject(versioning) && versioning.Status === 'Enabled',
    });
    return { physicalId: name, attributes: { Arn: `arn:${context.region.account.partition.id}:s3:::${name}` } };
  },
  remove: ({ region }, { physicalId }) => region.s3.removeBucket(physicalId),
};

/** The key of the customer in `BucketEncryption`, if there is one. */
function kmsKeyOf(encryption: Json | undefined): string | undefined {
  const rules = isObject(encryption) ? encryption.ServerSideEncryptionConfiguration : undefined;
  const [rule] = Array.isArray(rules) ? rules : [];
  const byDefault = isObject(rule) ? rule.ServerSideEncryptionByDefault : undefined;
  const key = isObject(byDefault) ? byDefault.KMSMasterKeyID : undefined;
  return typeof key === 'string' ? key : undefined;
}

/** SSM documents and S3 buckets. */
export const documentAndBucketTypes: Record<string, ResourceType> = {
  'AWS::S3::Bucket': bucket,
  'AWS::SSM::Document': document,
};
