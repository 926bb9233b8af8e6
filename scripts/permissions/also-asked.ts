import type { Grant } from './grants';

/** A call that needs rights on something else besides the action that it is named after. */
interface AlsoAsked {
  calls: string[];
  /** In which case. */
  when?: string;
  /** The actions; absent when another principal than the caller needs them. */
  needs?: string[];
  /** What they are for, or who needs what. */
  why: string;
  /** The page that says so. */
  page: string;
}

const READ_WRITE = ['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'Query', 'Scan', 'BatchWriteItem'];

/** Kept by hand: API pages, the Service Authorization Reference and the services' guides, one entry a call. */
const ALSO_ASKED: AlsoAsked[] = [
  {
    calls: ['ec2:StartInstances'],
    needs: ['kms:CreateGrant'],
    why: 'volumes under a customer managed key; without it the instance stops again with `Client.InternalError`',
    page: 'Amazon EBS User Guide, Requirements for Amazon EBS encryption',
  },
  {
    calls: ['dynamodb:RestoreTableFromBackup', 'dynamodb:RestoreTableToPointInTime'],
    needs: READ_WRITE.map((action) => `dynamodb:${action}`),
    why: 'the data, which DynamoDB writes into the new table for the caller',
    page: 'Amazon DynamoDB Developer Guide, Using IAM with DynamoDB backup and restore',
  },
  {
    calls: ['dynamodb:RestoreTableFromBackup', 'dynamodb:RestoreTableToPointInTime'],
    when: 'with a customer managed key',
    needs: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    why: 'the key of the new table',
    page: 'Amazon DynamoDB Developer Guide, DynamoDB encryption at rest: usage notes',
  },
  {
    calls: ['dynamodb:EnableKinesisStreamingDestination'],
    needs: ['kinesis:ListStreams', 'kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:PutRecords'],
    why: 'the stream of the destination; whether each is enforced is a doubt',
    page: 'Amazon DynamoDB Developer Guide, Using IAM with Kinesis Data Streams and DynamoDB',
  },
  {
    calls: ['elasticfilesystem:CreateAccessPoint'],
    when: 'with tags',
    needs: ['elasticfilesystem:TagResource'],
    why: 'its tags, on the ARN of the access point',
    page: 'Service Authorization Reference, Amazon Elastic File System',
  },
  {
    calls: ['elasticfilesystem:CreateMountTarget'],
    needs: ['ec2:DescribeSubnets', 'ec2:DescribeNetworkInterfaces', 'ec2:CreateNetworkInterface'],
    why: 'its network interface',
    page: 'Amazon EFS API Reference, CreateMountTarget',
  },
  {
    calls: ['application-autoscaling:PutScalingPolicy'],
    needs: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms'],
    why: 'the alarms of a target tracking policy',
    page: 'Application Auto Scaling User Guide, Identity-based policy examples',
  },
  {
    calls: ['application-autoscaling:RegisterScalableTarget'],
    needs: ['iam:CreateServiceLinkedRole'],
    why: "an account's first scalable target; a table that had one has the role already",
    page: 'Application Auto Scaling User Guide, Identity and Access Management',
  },
  {
    calls: ['backup:StartBackupJob', 'backup:StartCopyJob', 'backup:StartRestoreJob'],
    needs: ['iam:PassRole'],
    why: 'the role of the job, which needs the rights on resource and key itself',
    page: 'AWS Backup Developer Guide, Access control',
  },
  {
    calls: ['backup:StartCopyJob'],
    when: 'to another account',
    why: "the destination vault's access policy allows `backup:CopyIntoBackupVault`",
    page: 'AWS Backup Developer Guide, Creating backup copies across AWS accounts',
  },
  {
    calls: ['lambda:CreateEventSourceMapping'],
    why: "the consumer's role may read the stream: `dynamodb:GetRecords`, `GetShardIterator`, `DescribeStream`, `ListStreams`",
    page: 'AWS Lambda Developer Guide, Using AWS Lambda with Amazon DynamoDB',
  },
  {
    calls: ['autoscaling:SetDesiredCapacity'],
    why: 'the service-linked role of Auto Scaling may use the key of the volumes, where that is customer managed',
    page: 'Amazon EC2 Auto Scaling User Guide, Required AWS KMS key policy for use with encrypted volumes',
  },
  {
    calls: ['sns:Publish', 'sqs:SendMessage'],
    when: 'to an encrypted topic or queue',
    why: "the key's policy allows `kms:GenerateDataKey` and `kms:Decrypt` through the service (encryption-key-policy.json)",
    page: 'Developer Guides of Amazon SNS and Amazon SQS, server-side encryption',
  },
  {
    calls: ['states:StartExecution'],
    when: 'of an encrypted state machine',
    why: "the key's policy allows the same for its input and history",
    page: 'AWS Step Functions Developer Guide, Data at rest encryption in Step Functions',
  },
];

/** The section about what AWS asks for besides; the last column compares with the roles that may make the call. */
export function renderAlsoAsked(grants: Grant[]): string {
  const rows = ALSO_ASKED.map((entry) => {
    const { calls, when = '', needs = [], why, page } = entry;
    const call = `${calls.map(code).join(', ')} ${when}`.trim();
    return `| ${call} | ${needs.map(code).join(', ')} | ${why} | ${page} | ${describeGrants(entry, grants)} |`;
  });
  return [
    '',
    '## What AWS asks for besides',
    '',
    'Some calls need rights on something else. The last column says which roles that may make the call lack them.',
    '',
    '| Call | needs besides | for | page | granted |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function describeGrants({ calls, needs }: AlsoAsked, grants: Grant[]): string {
  if (!needs) return 'not ours to grant';
  const mayDo = (role: string, action: string) =>
    grants.some((grant) => grant.role === role && grant.action === action);
  const callers = [...new Set(grants.map(({ role }) => role))].filter((role) =>
    calls.some((call) => mayDo(role, call)),
  );
  const lacking = callers.filter((role) => needs.some((action) => !mayDo(role, action)));
  return lacking.length === 0 ? 'yes' : `not to ${lacking.join(', ')}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
