import { type Check, type Path, type Project, TEMPLATE } from './project';

/** The property that names a resource in the account, by type; names that are not given are made by CloudFormation. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::AutoScalingGroup': 'AutoScalingGroupName',
  'AWS::Backup::BackupVault': 'BackupVaultName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Document': 'Name',
  'AWS::SSM::Parameter': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Serverless::Function': 'FunctionName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** Written out, these tie a template to one partition or one account. */
const HARD_CODED = /arn:aws[a-z-]*:|(?<![\w-])\d{12}(?![\w-])/;

/** Several stacks live side by side, in any account and partition: names contain the stack's, ARNs are put together. */
export const physicalNames: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    const path = ['Resources', logicalId, 'Properties'];
    const property = NAME_PROPERTIES[Type];
    const name = property === undefined ? undefined : Properties[property];
    const isUnique = name === undefined || JSON.stringify(name).includes('AWS::StackName');
    return [
      ...(isUnique || property === undefined
        ? []
        : [
            project.finding(
              TEMPLATE,
              [...path, property],
              'physical-names',
              `${logicalId}: ${property} must contain \${AWS::StackName} or be left out`,
            ),
          ]),
      ...hardCodedIn(project, Properties, path),
    ];
  });

function hardCodedIn(project: Project, value: unknown, path: Path): ReturnType<Project['finding']>[] {
  if (typeof value === 'string' && HARD_CODED.test(value)) {
    return [project.finding(TEMPLATE, path, 'physical-names', `${value} names a partition or an account`)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    hardCodedIn(project, child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
