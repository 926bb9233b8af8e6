/**
 * Actions for which `Resource: "*"` is all that can be said, with the reason. No resource types: the column is empty in
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const UNSCOPED_ACTIONS: Readonly<Record<string, string>> = {
  'application-autoscaling:DescribeScalableTargets': 'no resource types; targets are found by table',
  'application-autoscaling:DescribeScalingPolicies': 'no resource types; policies are found by table',
  'backup:DescribeBackupJob': 'no resource types; job ids are known only once AWS Backup has given them',
  'backup:DescribeCopyJob': 'no resource types; job ids are known only once AWS Backup has given them',
  'backup:DescribeRestoreJob': 'no resource types; job ids are known only once AWS Backup has given them',
  'backup:ListCopyJobs': 'no resource types; jobs are found by file system',
  'backup:ListRestoreJobs': 'no resource types; jobs are found by time',
  'dynamodb:ListBackups': 'no resource types; backups are found by table',
  'ec2:DescribeInstances': 'no resource types; the fleet is found by tag',
  'ec2:DescribeNetworkInterfaces': 'no resource types; EFS asks it for whoever makes a mount target',
  'ec2:DescribeSecurityGroups': 'no resource types; groups are found by id',
  'ec2:DescribeSnapshots': 'no resource types; snapshots are found by volume',
  'ec2:DescribeSpotInstanceRequests': 'no resource types; requests are found by instance',
  'ec2:DescribeSubnets': 'no resource types; subnets are found by id, and EFS asks it for whoever makes a mount target',
  'lambda:CreateEventSourceMapping': 'no resource types; the mapping does not exist yet',
  'lambda:ListEventSourceMappings': 'no resource types; mappings are found by stream',
  'logs:CreateLogDelivery': 'no resource types; Step Functions delivers its logs through it',
  'logs:DeleteLogDelivery': 'no resource types; Step Functions delivers its logs through it',
  'logs:DescribeLogGroups': 'no resource types; Step Functions delivers its logs through it',
  'logs:DescribeResourcePolicies': 'no resource types; Step Functions delivers its logs through it',
  'logs:GetLogDelivery': 'no resource types; Step Functions delivers its logs through it',
  'logs:ListLogDeliveries': 'no resource types; Step Functions delivers its logs through it',
  'logs:PutResourcePolicy': 'no resource types; Step Functions delivers its logs through it',
  'logs:UpdateLogDelivery': 'no resource types; Step Functions delivers its logs through it',
  'ssm:CancelCommand': 'no resource types; commands are known only by the ids that SSM gives',
  'ssm:DescribeInstanceInformation': 'no resource types; asks which instances are online',
  'ssm:ListCommandInvocations': 'no resource types; commands are known only by the ids that SSM gives',
  'ssm:ListCommands': 'no resource types; commands are known only by the ids that SSM gives',
};
