import type { PolicyDocument } from './policy';

/**
 * The AWS managed policies that the suite attaches, reduced to what a simulated call can ask for. Nothing in the
 * simulated account calls CloudWatch Logs or X-Ray, so those two grant nothing here.
 */
const MANAGED_POLICIES: Record<string, PolicyDocument> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': allow('logs:*'),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole': allow('logs:*'),
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': allow('xray:*'),
  'arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess': allow('xray:*'),
  'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore': allow('ssm:*', 'ssmmessages:*', 'ec2messages:*'),
  // AWS Managed Policy Reference: of each policy the actions on EC2, EFS, DynamoDB and AWS Backup that jobs ask for here.
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup': allow(
    'backup:CopyFromBackupVault',
    'backup:CopyIntoBackupVault',
    'backup:DescribeBackupVault',
    'dynamodb:CreateBackup',
    'dynamodb:DescribeTable',
    'dynamodb:DescribeBackup',
    'dynamodb:DeleteBackup',
    'dynamodb:ListTagsOfResource',
    'dynamodb:StartAwsBackupJob',
    'ec2:CopyImage',
    'ec2:CreateImage',
    'ec2:CreateSnapshot',
    'ec2:CreateTags',
    'ec2:DeregisterImage',
    'ec2:Describe*',
    'elasticfilesystem:Backup',
    'elasticfilesystem:DescribeTags',
    'kms:*',
  ),
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores': allow(
    'dynamodb:BatchWriteItem',
    'dynamodb:DeleteItem',
    'dynamodb:DescribeBackup',
    'dynamodb:DescribeTable',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:RestoreTableFromAwsBackup',
    'dynamodb:RestoreTableFromBackup',
    'dynamodb:Scan',
    'dynamodb:UpdateItem',
    'ec2:CreateTags',
    'ec2:CreateVolume',
    'ec2:Describe*',
    'ec2:RunInstances',
    'elasticfilesystem:CreateFileSystem',
    'elasticfilesystem:DeleteFileSystem',
    'elasticfilesystem:DescribeFileSystems',
    'elasticfilesystem:Restore',
    'elasticfilesystem:TagResource',
    'kms:*',
  ),
};

function allow(...actions: string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

/** Whether an ARN names a policy of AWS's own. */
export function isManagedByAws(policyArn: string): boolean {
  return /^arn:aws(-cn|-us-gov)?:iam::aws:policy\//.test(policyArn);
}

/** The stand-in for one of AWS's managed policies, or undefined when there is none. */
export function managedPolicy(policyArn: string): PolicyDocument | undefined {
  return MANAGED_POLICIES[policyArn.replace(/^arn:aws-[a-z-]+:/, 'arn:aws:')];
}
