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

/**
 * Kept by hand, one entry a call, and looked up on 2026-11-30: each linked page says what stands in its row. For SNS, SQS
 * and Step Functions the two actions were compared with key policies that others publish and that name these pages. The
 * dependent actions of the Service Authorization Reference were read for every action that the template grants; those that
 * only count with tags that the suite does not give are left out (`application-autoscaling:TagResource`, `ec2:CreateTags`).
 */
const ALSO_ASKED: AlsoAsked[] = [
  {
    calls: ['ec2:StartInstances'],
    needs: ['kms:CreateGrant'],
    why: 'volumes under a customer managed key; without it the instance stops again (`ec2.startWithoutKey`)',
    page: '[EBS: requirements for encryption](https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html), [re:Post](https://repost.aws/knowledge-center/kms-iam-ec2-permission)',
  },
  {
    calls: ['dynamodb:RestoreTableFromBackup', 'dynamodb:RestoreTableToPointInTime'],
    needs: READ_WRITE.map((action) => `dynamodb:${action}`),
    why: 'the data, which DynamoDB writes into the new table for the caller',
    page: '[DynamoDB: IAM with backup and restore](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_IAM.html); Service Authorization Reference',
  },
  {
    calls: ['dynamodb:RestoreTableFromBackup', 'dynamodb:RestoreTableToPointInTime'],
    when: 'with a customer managed key',
    needs: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    why: 'the key of the new table, and that of the source',
    page: 'DynamoDB Developer Guide, encryption at rest: authorising use of a customer managed key (not read again; public key policies for DynamoDB grant the same)',
  },
  {
    calls: ['dynamodb:EnableKinesisStreamingDestination'],
    needs: ['kinesis:ListStreams', 'kinesis:DescribeStream', 'kinesis:PutRecords'],
    why: 'the stream of the destination; the Service Authorization Reference names none of them',
    page: '[DynamoDB: IAM policies for Kinesis Data Streams](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_iam.html)',
  },
  {
    calls: ['dynamodb:DescribeKinesisStreamingDestination'],
    needs: ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary'],
    why: 'the stream of the destination; a refusal is a setting that could not be read',
    page: 'the same page',
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
    page: '[EFS: CreateMountTarget](https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html)',
  },
  {
    calls: ['elasticfilesystem:CreateMountTarget'],
    when: 'for the first one of an account',
    needs: ['iam:CreateServiceLinkedRole'],
    why: 'the service-linked role of EFS; whether the caller is asked is a doubt (`efs.serviceLinkedRole`)',
    page: '[AmazonElasticFileSystemFullAccess](https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonElasticFileSystemFullAccess.html)',
  },
  {
    calls: ['application-autoscaling:PutScalingPolicy'],
    needs: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'dynamodb:DescribeTable', 'dynamodb:UpdateTable'],
    why: 'the alarms of a target tracking policy, and the table that it scales',
    page: '[Application Auto Scaling: identity-based policy examples](https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html)',
  },
  {
    calls: ['application-autoscaling:RegisterScalableTarget'],
    needs: ['dynamodb:DescribeTable', 'dynamodb:UpdateTable'],
    why: 'the table that is to be scaled',
    page: 'the same page',
  },
  {
    calls: ['application-autoscaling:RegisterScalableTarget'],
    when: 'for the first one of an account',
    needs: ['iam:CreateServiceLinkedRole'],
    why: 'a table that had a scalable target has the role already',
    page: '[Application Auto Scaling and IAM](https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_service-with-iam.html)',
  },
  {
    calls: ['backup:StartBackupJob', 'backup:StartCopyJob', 'backup:StartRestoreJob'],
    needs: ['iam:PassRole'],
    why: 'the role of the job, which needs the rights on resource and key itself',
    page: 'Service Authorization Reference, AWS Backup; [AWS Backup: encryption](https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html)',
  },
  {
    calls: ['backup:StartCopyJob'],
    when: 'to another account',
    why: "the destination vault's access policy allows `backup:CopyIntoBackupVault`",
    page: '[re:Post](https://repost.aws/knowledge-center/backup-resolve-access-denied-error), [vault access policies](https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html)',
  },
  {
    calls: ['lambda:CreateEventSourceMapping'],
    why: "the consumer's role may read the stream: `dynamodb:GetRecords`, `GetShardIterator`, `DescribeStream`, `ListStreams`",
    page: '[DynamoDB: policy for a Lambda function](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html)',
  },
  {
    calls: ['autoscaling:SetDesiredCapacity'],
    why: "the key policy of the worker's disk lets in AWSServiceRoleForAutoScaling, where the account's default key for EBS is customer managed",
    page: '[EC2 Auto Scaling: key policy for encrypted volumes](https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html)',
  },
  {
    calls: ['sns:Publish', 'sqs:SendMessageBatch'],
    when: 'to an encrypted topic or queue',
    why: "the key's policy allows `kms:GenerateDataKey` and `kms:Decrypt` through the service (encryption-key-policy.json)",
    page: '[SNS: key management](https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html), [SQS: key management](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html)',
  },
  {
    calls: ['states:StartExecution'],
    when: 'of an encrypted state machine',
    why: "the key's policy allows the same for its input and history",
    page: '[Step Functions: data at rest encryption](https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html)',
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
