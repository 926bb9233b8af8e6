import { openDoors } from '../../../../scripts/validate/open-doors';
import { findingsInTemplate } from './bad-examples';

const doors = (Type: string, Properties: object, others: object = {}) =>
  findingsInTemplate(openDoors, { Resources: { Door: { Type, Properties }, ...others } });

const OWN_KEY = { KmsMasterKeyId: { 'Fn::If': ['HasKey', { Ref: 'EncryptionKeyArn' }, { Ref: 'Key' }] } };
const SOURCE = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
const policy = (...Statement: object[]) => ({ PolicyDocument: { Statement } });
const NO_HTTP = { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
const topicPolicy = (statement: object) => ({
  Policy: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [{ Ref: 'Door' }], ...policy(statement) } },
});

describe('A service of AWS', () => {
  const role = (Service: string, Condition?: object) =>
    doors('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service }, Condition }] },
    });

  it('acts for this account only', async () => {
    expect(await role('backup.amazonaws.com', SOURCE)).toEqual([]);
    expect(await role('backup.amazonaws.com')).toEqual([
      'Door lets backup.amazonaws.com act for any account; say which with aws:SourceAccount',
    ]);
  });

  it('needs no condition where AWS offers none', async () => {
    expect(await role('lambda.amazonaws.com')).toEqual([]);
  });
});

describe('A topic', () => {
  it('refuses plain HTTP', async () => {
    expect(await doors('AWS::SNS::Topic', OWN_KEY, topicPolicy(NO_HTTP))).toEqual([]);
    const open = 'Door has no AWS::SNS::TopicPolicy that denies all principals plain HTTP (aws:SecureTransport)';
    expect(await doors('AWS::SNS::Topic', OWN_KEY)).toEqual([open]);
    expect(await doors('AWS::SNS::Topic', OWN_KEY, topicPolicy({ ...NO_HTTP, Effect: 'Allow' }))).toEqual([open]);
  });

  it('has a key that alarms can use', async () => {
    const key = { KmsMasterKeyId: 'alias/aws/sns' };
    expect(await doors('AWS::SNS::Topic', key, topicPolicy(NO_HTTP))).toContain(
      "Door has AWS's key, which alarms cannot use",
    );
  });
});

it.each([
  ['AWS::StepFunctions::StateMachine', {}, 'Door does not take EncryptionKeyArn in EncryptionConfiguration'],
  ['AWS::Scheduler::Schedule', { KmsKeyArn: 'AWS' }, 'Door does not take EncryptionKeyArn in KmsKeyArn'],
  ['AWS::S3::Bucket', {}, 'Door lacks BlockPublicAcls'],
  ['AWS::S3::Bucket', {}, 'Door has no BucketEncryption'],
  [
    'AWS::S3::Bucket',
    {},
    'Door has no AWS::S3::BucketPolicy that denies all principals plain HTTP (aws:SecureTransport)',
  ],
  ['AWS::SQS::Queue', {}, 'Door is not encrypted'],
  ['AWS::DynamoDB::Table', {}, 'Door has no SSESpecification'],
  ['AWS::EFS::FileSystem', {}, 'Door is not Encrypted'],
  [
    'AWS::EC2::LaunchTemplate',
    { LaunchTemplateData: { MetadataOptions: { HttpTokens: 'optional' } } },
    'Door answers IMDSv1 (MetadataOptions.HttpTokens must be "required")',
  ],
  [
    'AWS::EC2::LaunchTemplate',
    { LaunchTemplateData: { BlockDeviceMappings: [{ Ebs: { VolumeSize: 8 } }] } },
    'Door has a disk that is not Encrypted',
  ],
])('finds what %s leaves open (%#)', async (type, properties, finding) => {
  expect(await doors(type, properties)).toContain(finding);
});
