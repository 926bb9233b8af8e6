import { isObject } from '../template';
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
    context.region.s3.createBucket(name);
    return { physicalId: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
  },
  remove: ({ region }, { physicalId }) => region.s3.removeBucket(physicalId),
};

/** SSM documents and S3 buckets. */
export const documentAndBucketTypes: Record<string, ResourceType> = {
  'AWS::S3::Bucket': bucket,
  'AWS::SSM::Document': document,
};
