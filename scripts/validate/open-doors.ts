import { isObject, type Json, type JsonObject, type Template } from '../../simulator/cloudformation/template';
import { type Check, type Path, type Project, TEMPLATE } from './project';

/** Services whose roles only resources of the same account can use: AWS offers no source condition for their trust. */
const TRUSTED_BY_NATURE = ['ec2.amazonaws.com', 'lambda.amazonaws.com', 'states.amazonaws.com'];
const PUBLIC_ACCESS_BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
/** The policy that guards a type of resource, and the property in which it names what it guards. */
const POLICIES: Readonly<Record<string, { type: string; property: string }>> = {
  'AWS::S3::Bucket': { type: 'AWS::S3::BucketPolicy', property: 'Bucket' },
  'AWS::SNS::Topic': { type: 'AWS::SNS::TopicPolicy', property: 'Topics' },
  'AWS::SQS::Queue': { type: 'AWS::SQS::QueuePolicy', property: 'Queues' },
};

/**
 * Nothing is open to strangers or to eavesdroppers, and data is encrypted where it lies: AWS services act for this
 * account only (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html), buckets, topics and queues
 * refuse plain HTTP, instances ask for IMDSv2.
 */
export const openDoors: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) =>
    [
      ...confusedDeputies(Properties),
      ...withoutTls(project.template, logicalId, Type),
      ...(UNGUARDED[Type]?.(Properties) ?? []),
      ...withoutKey(Type, Properties),
    ].map((problem) => finding(project, ['Resources', logicalId], `${logicalId} ${problem}`)),
  );

function finding(project: Project, path: Path, message: string) {
  return project.finding(TEMPLATE, path, 'open-doors', message);
}

/** Statements that let a service of AWS act, for whichever account it does. */
function confusedDeputies(properties: Json): string[] {
  return statementsIn(properties, 'Allow').flatMap(({ Principal, Condition = {} }) => {
    if (!isObject(Principal) || Principal.Service === undefined) return [];
    const services = [Principal.Service].flat().map(String);
    const isBound = /"aws:Source(Account|Arn|OrgID)"/.test(JSON.stringify(Condition));
    return services
      .filter((service) => !isBound && !TRUSTED_BY_NATURE.includes(service))
      .map((service) => `lets ${service} act for any account; say which with aws:SourceAccount`);
  });
}

function withoutTls(template: Template, logicalId: string, type: string): string[] {
  const guard = POLICIES[type];
  if (!guard) return [];
  const policies = Object.values(template.Resources).filter(
    ({ Type, Properties = {} }) =>
      Type === guard.type && JSON.stringify(Properties[guard.property]).includes(`{"Ref":"${logicalId}"}`),
  );
  const denials = policies.flatMap(({ Properties = {} }) => statementsIn(Properties, 'Deny'));
  const isGuarded = denials.some(
    ({ Principal, Condition = {} }) =>
      Principal === '*' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  );
  return isGuarded ? [] : [`has no ${guard.type} that denies all principals plain HTTP (aws:SecureTransport)`];
}

/** Where a resource takes the customer's key, by its type. */
const KEY_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupVault': 'EncryptionKeyArn',
  'AWS::DynamoDB::Table': 'SSESpecification',
  'AWS::EFS::FileSystem': 'KmsKeyId',
  'AWS::Events::EventBus': 'KmsKeyIdentifier',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::S3::Bucket': 'BucketEncryption',
  'AWS::SNS::Topic': 'KmsMasterKeyId',
  'AWS::SQS::Queue': 'KmsMasterKeyId',
  'AWS::Scheduler::Schedule': 'KmsKeyArn',
  'AWS::StepFunctions::StateMachine': 'EncryptionConfiguration',
};

/** A key that the parameter EncryptionKeyArn gives is used by every resource that can have one. */
function withoutKey(type: string, properties: JsonObject): string[] {
  const name = KEY_PROPERTIES[type];
  if (!name || JSON.stringify(properties[name] ?? '').includes('{"Ref":"EncryptionKeyArn"}')) return [];
  return [`does not take EncryptionKeyArn in ${name}`];
}

/** What is wrong with the settings of a resource, by its type. */
const UNGUARDED: Readonly<Record<string, (properties: JsonObject) => string[]>> = {
  'AWS::S3::Bucket': ({ PublicAccessBlockConfiguration: block, BucketEncryption }) => [
    ...PUBLIC_ACCESS_BLOCKS.filter((name) => !isObject(block) || block[name] !== true).map((name) => `lacks ${name}`),
    ...(BucketEncryption === undefined ? ['has no BucketEncryption'] : []),
  ],
  'AWS::SNS::Topic': ({ KmsMasterKeyId: key }) => [
    ...(key === undefined ? ['has no KmsMasterKeyId'] : []),
    ...(JSON.stringify(key ?? '').includes('alias/aws/') ? ["has AWS's key, which alarms cannot use"] : []),
  ],
  'AWS::SQS::Queue': ({ SqsManagedSseEnabled, KmsMasterKeyId }) =>
    SqsManagedSseEnabled === undefined && KmsMasterKeyId === undefined ? ['is not encrypted'] : [],
  'AWS::DynamoDB::Table': ({ SSESpecification }) => (SSESpecification === undefined ? ['has no SSESpecification'] : []),
  'AWS::EFS::FileSystem': ({ Encrypted }) => (Encrypted === true ? [] : ['is not Encrypted']),
  'AWS::EC2::Instance': (properties) => instanceProblems(properties),
  'AWS::EC2::LaunchTemplate': ({ LaunchTemplateData }) =>
    instanceProblems(isObject(LaunchTemplateData) ? LaunchTemplateData : {}),
};

function instanceProblems({ MetadataOptions, BlockDeviceMappings = [] }: JsonObject): string[] {
  const disks = [BlockDeviceMappings].flat().map((mapping) => (isObject(mapping) ? mapping.Ebs : undefined));
  return [
    ...(isObject(MetadataOptions) && MetadataOptions.HttpTokens === 'required'
      ? []
      : ['answers IMDSv1 (MetadataOptions.HttpTokens must be "required")']),
    ...(disks.some((disk) => isObject(disk) && disk.Encrypted !== true) ? ['has a disk that is not Encrypted'] : []),
  ];
}

function statementsIn(value: Json, effect: 'Allow' | 'Deny'): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((item) => statementsIn(item, effect));
  if (!isObject(value)) return [];
  return [
    ...(value.Effect === effect ? [value] : []),
    ...Object.values(value).flatMap((child) => statementsIn(child, effect)),
  ];
}
