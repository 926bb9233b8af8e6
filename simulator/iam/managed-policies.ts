import type { PolicyDocument, PolicyStatement } from './policy';

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const TRACES = [
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
  'xray:GetSamplingStatisticSummaries',
];

/**
 * The AWS managed policies that templates attach, as AWS has them, resources and conditions included; those of AWS Backup
 * for the services that are simulated. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const MANAGED_POLICIES: Record<string, PolicyDocument> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': policy(on('*', ...LOGS)),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole': policy(
    on('*', ...LOGS, 'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'),
    on('*', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'),
  ),
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': policy(on('*', ...TRACES)),
  'arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess': policy(on('*', ...TRACES)),
  'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore': policy(
    on('*', 'ssm:DescribeAssociation', 'ssm:GetDeployablePatchSnapshotForInstance', 'ssm:GetDocument'),
    on('*', 'ssm:DescribeDocument', 'ssm:GetManifest', 'ssm:GetParameter', 'ssm:GetParameters'),
    on('*', 'ssm:ListAssociations', 'ssm:ListInstanceAssociations', 'ssm:PutInventory', 'ssm:PutComplianceItems'),
    on('*', 'ssm:PutConfigurePackageResult', 'ssm:UpdateAssociationStatus', 'ssm:UpdateInstanceAssociationStatus'),
    on('*', 'ssm:UpdateInstanceInformation', 'ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel'),
    on('*', 'ssmmessages:OpenControlChannel', 'ssmmessages:OpenDataChannel', 'ec2messages:AcknowledgeMessage'),
    on('*', 'ec2messages:DeleteMessage', 'ec2messages:FailMessage', 'ec2messages:GetEndpoint'),
    on('*', 'ec2messages:GetMessages', 'ec2messages:SendReply'),
  ),
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html (v29)
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup': policy(
    on('arn:aws:dynamodb:*:*:table/*', 'dynamodb:DescribeTable', 'dynamodb:CreateBackup'),
    on('arn:aws:dynamodb:*:*:table/*/backup/*', 'dynamodb:DescribeBackup', 'dynamodb:DeleteBackup'),
    on('arn:aws:dynamodb:*:*:table/*', 'dynamodb:StartAwsBackupJob', 'dynamodb:ListTagsOfResource'),
    on('arn:aws:ec2:*::snapshot/*', 'ec2:CopySnapshot', 'ec2:CreateTags', 'ec2:DeleteSnapshot'),
    on('*', 'ec2:CopyImage', 'ec2:CreateImage', 'ec2:DeregisterImage', 'ec2:CreateSnapshot', 'ec2:DeleteSnapshot'),
    on('*', 'ec2:DescribeSnapshots', 'ec2:DescribeTags', 'ec2:DescribeImages', 'ec2:DescribeInstances'),
    on('*', 'ec2:DescribeInstanceAttribute', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeVolumes'),
    on('*', 'ec2:DescribeSpotInstanceRequests', 'ec2:DescribeSnapshotTierStatus'),
    on('arn:aws:ec2:*:*:image/*', 'ec2:CreateTags'),
    on('arn:aws:backup:*:*:backup-vault:*', 'backup:DescribeBackupVault', 'backup:CopyIntoBackupVault'),
    on('*', 'backup:CopyFromBackupVault'),
    on('arn:aws:elasticfilesystem:*:*:file-system/*', 'elasticfilesystem:Backup', 'elasticfilesystem:DescribeTags'),
    throughServices(['dynamodb'], 'kms:Decrypt', 'kms:GenerateDataKey'),
    on('*', 'kms:DescribeKey'),
    grantForAws(),
    {
      ...on('arn:aws:kms:*:*:key/*', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptTo', 'kms:ReEncryptFrom'),
      Condition: {
        'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'aws:ebs:id' },
        StringLike: { 'kms:ViaService': ['ec2.*.amazonaws.com'] },
      },
    },
    on('*', 'ssm:CancelCommand', 'ssm:GetCommandInvocation'),
    on('arn:aws:ssm:*:*:document/AWSEC2-CreateVssSnapshot', 'ssm:SendCommand'),
    on('arn:aws:ec2:*:*:instance/*', 'ssm:SendCommand'),
  ),
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForRestores.html (v25)
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores': policy(
    on('arn:aws:dynamodb:*:*:table/*', 'dynamodb:Scan', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:PutItem'),
    on('arn:aws:dynamodb:*:*:table/*', 'dynamodb:GetItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'),
    on('arn:aws:dynamodb:*:*:table/*', 'dynamodb:DescribeTable', 'dynamodb:RestoreTableFromAwsBackup'),
    on('arn:aws:dynamodb:*:*:table/*/backup/*', 'dynamodb:RestoreTableFromBackup'),
    on('arn:aws:ec2:*::snapshot/*', 'ec2:CreateVolume', 'ec2:DeleteVolume'),
    on('arn:aws:ec2:*:*:volume/*', 'ec2:CreateVolume', 'ec2:DeleteVolume'),
    on('*', 'ec2:DescribeImages', 'ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:DescribeVolumes'),
    on('*', 'ec2:DescribeAvailabilityZones', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'),
    on('*', 'ec2:RunInstances'),
    on('arn:aws:ec2:*:*:instance/*', 'ec2:TerminateInstances'),
    on('arn:aws:elasticfilesystem:*:*:file-system/*', 'elasticfilesystem:Restore', 'elasticfilesystem:TagResource'),
    on('arn:aws:elasticfilesystem:*:*:file-system/*', 'elasticfilesystem:CreateFileSystem'),
    on('arn:aws:elasticfilesystem:*:*:file-system/*', 'elasticfilesystem:DescribeFileSystems'),
    on('arn:aws:elasticfilesystem:*:*:file-system/*', 'elasticfilesystem:DeleteFileSystem'),
    on('*', 'kms:DescribeKey'),
    throughServices(
      ['dynamodb', 'ec2', 'elasticfilesystem'],
      ...['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptTo', 'kms:ReEncryptFrom'],
      'kms:GenerateDataKeyWithoutPlaintext',
    ),
    grantForAws(),
  ),
};

function policy(...Statement: PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

function on(Resource: string, ...Action: string[]): PolicyStatement {
  return { Effect: 'Allow', Action, Resource };
}

/** Keys, when one of these services uses them for the caller. */
function throughServices(services: string[], ...actions: string[]): PolicyStatement {
  const names = services.map((service) => `${service}.*.amazonaws.com`);
  return { ...on('*', ...actions), Condition: { StringLike: { 'kms:ViaService': names } } };
}

function grantForAws(): PolicyStatement {
  return { ...on('*', 'kms:CreateGrant'), Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
}

/** Whether an ARN names a policy of AWS's own. */
export function isManagedByAws(policyArn: string): boolean {
  return /^arn:aws(-cn|-us-gov)?:iam::aws:policy\//.test(policyArn);
}

/** What one of AWS's managed policies says in its partition, or undefined when it is not known here. */
export function managedPolicy(policyArn: string): PolicyDocument | undefined {
  const [, partition = ''] = policyArn.split(':');
  const document = MANAGED_POLICIES[policyArn.replace(/^arn:aws-[a-z-]+:/, 'arn:aws:')];
  if (!document || partition === 'aws') return document;
  return JSON.parse(JSON.stringify(document).replaceAll('"arn:aws:', `"arn:${partition}:`)) as PolicyDocument;
}
