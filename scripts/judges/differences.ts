/** A difference that was looked into: whose fault it is, and where that can be read. */
export interface KnownDifference {
  judge: string;
  /** Matches the difference's text. */
  what: RegExp;
  whose: 'the judge' | 'the simulated account';
  why: string;
  source: string;
}

/** Everything that a judge may say without `npm run judges` failing. What a judge stops saying leaves this list. */
export const knownDifferences: KnownDifference[] = [
  {
    judge: 'botocore',
    what: /ProvisionedThroughput\.NumberOfDecreasesToday, valid min value: 1$/,
    whose: 'the judge',
    why: 'DynamoDB answers 0 for a table whose capacity was not decreased today; the model says at least 1.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ProvisionedThroughputDescription.html',
  },
  {
    judge: 'botocore',
    what: /ProvisionedThroughput\.(Read|Write)CapacityUnits, valid min value: 1$/,
    whose: 'the judge',
    why: 'DynamoDB answers 0 units for an on-demand table.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BillingModeSummary.html',
  },
  {
    judge: 'botocore',
    what: /^answer ec2\.DescribeInstances\.Reservations\[\]\.Instances\[\]\.Platform is not in the enumeration$/,
    whose: 'the judge',
    why: 'EC2 answers `windows`; the model lists `Windows`.',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html',
  },
  {
    judge: 'botocore',
    what: /^answer ssm\.\w+.*(CloudWatchLogGroupName|OutputS3BucketName), valid min length: \d+$/,
    whose: 'the judge',
    why: 'Systems Manager answers empty text for an output that was not asked for.',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html',
  },
  {
    judge: 'botocore',
    what: /^answer ssm\.\w+.*NotificationConfig\.NotificationType is not in the enumeration$/,
    whose: 'the judge',
    why: 'Systems Manager answers empty text for a notification that was not asked for, as recorded in 2019.',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_NotificationConfig.html',
  },
  {
    judge: 'botocore',
    what: /^answer ssm\.GetCommandInvocation\.Execution(ElapsedTime|EndDateTime|StartDateTime) does not match /,
    whose: 'the judge',
    why: 'Systems Manager answers empty text until a command has begun or ended.',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html',
  },
  {
    judge: 'recorded answers',
    what: /^backup\.DescribeBackupVault\.CreatorRequestId is in every /,
    whose: 'the judge',
    why: 'It is the token of whoever created the vault; the recorded one is the automatic vault, ours come from a template.',
    source: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeBackupVault.html',
  },
  {
    judge: 'recorded answers',
    what: /^states\.DescribeExecution\.(input|output|stopDate) is in every /,
    whose: 'the judge',
    why: 'The runs ask for METADATA_ONLY while the execution runs; the recorded ones had ended.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html',
  },
  {
    judge: 'recorded answers',
    what: /^ssm\.SendCommand\.Command\.Parameters\.commands is in every /,
    whose: 'the judge',
    why: 'The parameters are those of the document: AWS-RunShellScript in the recording, AWS-RunRemoteScript in the runs.',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Command.html',
  },
  {
    judge: 'recorded answers',
    what: /^ssm\.DescribeInstanceInformation\.InstanceInformationList\[\]\.(\w*Association\w*|IPAddress) is in every /,
    whose: 'the simulated account',
    why: 'State Manager and the addresses of instances are not simulated; the suite reads neither.',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html',
  },
  {
    judge: 'recorded errors',
    what: /^events test_put_events_exceed_limit_ten_entries/,
    whose: 'the simulated account',
    why: 'EventBridge repeats all entries in the notation of its own program; here the value is left out.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html',
  },
  {
    judge: 'recorded errors',
    what: /^events test_put_target_id_validation put-targets-length-error/,
    whose: 'the judge',
    why: 'The recording has another text in the place of the id, which was longer than 64 characters.',
    source: 'https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/events/test_events.py',
  },
  {
    judge: 'SAM translator',
    what: /^AWS::Lambda::Function \w+: (Architectures|KmsKeyArn|LoggingConfig|Runtime|TracingConfig) differs$/,
    whose: 'the simulated account',
    why: 'Left out: a handler runs from its source, in the process that simulates, and writes its log to it.',
    source: 'simulator/cloudformation/sam/function.ts',
  },
  {
    judge: 'SAM translator',
    what: /^AWS::(Lambda::Function|IAM::Role) \w+: Tags differs$/,
    whose: 'the simulated account',
    why: 'Left out: no call of the suite reads the tags of a function or of a role.',
    source: 'simulator/cloudformation/sam/function.ts',
  },
  {
    judge: 'Service Authorization Reference',
    what: /^dynamodb:\w+ does not ask for dynamodb:(\w+ResourcePolicy|TagResource|ListTagsOfResource) on its (stream|table)$/,
    whose: 'the judge',
    why: 'It marks both as required; the resource of a request is a table or a stream.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html',
  },
  {
    judge: 'Service Authorization Reference',
    what: /^states:\w+ does not ask for states:(ListExecutions|DescribeExecution) on its (maprun|express)$/,
    whose: 'the judge',
    why: 'It marks both as required; a request names a state machine or a map run, a standard execution or an express one.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html',
  },
  {
    judge: "moto's Step Functions",
    what: /^backup-workflows-dynamodb-item-restore is refused$/,
    whose: 'the judge',
    why: 'Its grammar has no ItemBatcher.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html',
  },
];
