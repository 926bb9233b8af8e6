/**
 * What could not be looked up about AWS, as a value. `worst` is the behaviour that is hardest on the account's user,
 * and the default. Each behaviour says what speaks for it: a page, a recording, another implementation, or caution.
 */
export interface Doubt {
  question: string;
  behaviours: Readonly<Record<string, string>>;
  worst: string;
}

/** Every doubt, by its name: the service and the matter. `npm run doubts -w simulated-aws` writes the page about them. */
export const DOUBTS = {
  'backup.copyAndSilentRegion': {
    question: 'What becomes of a copy job whose source or destination region does not answer?',
    behaviours: {
      waits: 'Nothing says how long AWS Backup tries, and a job that neither ends nor moves is the harder case.',
      fails: 'FAILED is the end that API_DescribeCopyJob has for what cannot be done.',
    },
    worst: 'waits',
  },
  'backup.copyFromColdStorage': {
    question: 'When does AWS Backup find that a recovery point which it is to copy is in cold storage?',
    behaviours: {
      jobFails:
        'The page on copies says that such a backup cannot be copied; API_StartCopyJob says nothing of it, and a copy job has a message for what cannot be done.',
      refused: 'API_StartCopyJob lists InvalidRequestException, and AWS Backup knows its recovery points.',
    },
    worst: 'jobFails',
  },
  'backup.copyIntoMissingVault': {
    question: 'When does AWS Backup find that the destination vault of a copy does not exist?',
    behaviours: {
      jobFails: 'A vault of another account or region can only be looked at while the job runs.',
      refused: 'API_StartCopyJob lists ResourceNotFoundException.',
    },
    worst: 'jobFails',
  },
  'backup.createdResourceArn': {
    question: 'From when does DescribeRestoreJob show CreatedResourceArn?',
    behaviours: {
      whenCompleted: 'Only the sample event of COMPLETED has createdResourceArn (the page on EventBridge events).',
      onceMade: 'API_DescribeRestoreJob: "the resource that was created by the restore job", without a word on when.',
    },
    worst: 'whenCompleted',
  },
  'backup.efsRestoreMetadata': {
    question: 'What does GetRecoveryPointRestoreMetadata tell of an EFS file system?',
    behaviours: {
      IdOnly:
        'API_StartRestoreJob says "Returned in GetRecoveryPointRestoreMetadata" of file-system-id only; a real answer in issue 2031 of steampipe-plugin-aws has that and a request id.',
      Settings:
        'The page of GetRecoveryPointRestoreMetadata: "the set of metadata key-value pairs that were used to create the backup".',
    },
    worst: 'IdOnly',
  },
  'backup.failedTestLeftovers': {
    question: 'Does restore testing delete what a failed restore has made?',
    behaviours: {
      stay: 'Caution: the guide speaks of resources when the restore test is finished, and CreatedResourceArn may be unknown.',
      deleted: 'What restore testing makes has its tag or its name from the start.',
    },
    worst: 'stay',
  },
  'backup.lateValidation': {
    question: 'What does PutRestoreValidationResult answer after the validation window?',
    behaviours: {
      refused:
        'API_PutRestoreValidationResult lists InvalidRequestException, and the resource is deleted when the window is over.',
      accepted: 'The page names no time limit.',
    },
    worst: 'refused',
  },
  'backup.missingVault': {
    question: 'What does AWS Backup answer to DescribeBackupVault of a vault that does not exist?',
    behaviours: {
      AccessDenied: "The Terraform provider takes AccessDeniedException for 'not found' (resource aws_backup_vault).",
      ResourceNotFound: 'API_DescribeBackupVault lists ResourceNotFoundException.',
    },
    worst: 'AccessDenied',
  },
  'backup.optOutOfRecoveries': {
    question: 'Does AWS Backup copy and restore recovery points of a service that is not opted in to?',
    behaviours: {
      refused: 'Caution: nothing says that the opt-in counts for backups only.',
      carriedOut:
        'API_UpdateRegionSettings speaks of protecting resources by on-demand and scheduled backups, not of recovery points.',
    },
    worst: 'refused',
  },
  'backup.pastCompleteWindow': {
    question: 'In which state does a backup job end that is not done within its complete window?',
    behaviours: {
      EXPIRED: 'The name of the state, and that one sentence names both windows.',
      ABORTED:
        'API_StartBackupJob: past CompleteWindowMinutes the job is cancelled by AWS Backup; ABORTED is what a cancelled job is.',
    },
    worst: 'EXPIRED',
  },
  'backup.rightsOfCopies': {
    question: 'Does the role of a copy job need CopyFromBackupVault and CopyIntoBackupVault?',
    behaviours: {
      ofTheRole: 'AWSBackupServiceRolePolicyForBackup has both.',
      ofTheVault: 'The page on cross-account copies speaks of the policy of the destination vault only.',
    },
    worst: 'ofTheRole',
  },
  'backup.secondValidation': {
    question: 'What does PutRestoreValidationResult answer when the job has a result already?',
    behaviours: {
      refused: 'Users of the service write that a result, once put, does not change.',
      replaced: 'A PUT replaces what is there, and the page names no such error.',
    },
    worst: 'refused',
  },
  'backup.snapshotTag': {
    question: 'Which value has the tag aws:backup:source-resource of the snapshots of a backup job?',
    behaviours: {
      resource: 'Scripts of others take what follows the last slash.',
      arn: 'Elsewhere AWS Backup names resources by their whole ARN.',
    },
    worst: 'resource',
  },
  'backup.sourceAccount': {
    question: 'Does AWS Backup give aws:SourceAccount when it assumes the role of a job?',
    behaviours: {
      Absent:
        'Caution: the developer guide, Cross-service confused deputy prevention, speaks of the policies of topics only, and its own role is trusted without a condition.',
      Given:
        'The IAM guide, The confused deputy problem: services give the key when a resource of the account makes them act.',
    },
    worst: 'Absent',
  },
  'backup.tagsOfTest': {
    question: 'Which tags has what restore testing restores?',
    behaviours: {
      alsoSource: 'Restore testing, "Tags": for types that support it, testing applies tags on restore.',
      onlyTest: 'The same page names the tag awsbackup-restore-test and no other.',
    },
    worst: 'alsoSource',
  },
  'backup.testDeletion': {
    question: 'When does restore testing delete what it restored?',
    behaviours: {
      whenWindowEnds: 'Restore testing, "Results": after the validation window finishes.',
      onceValidated: 'The same page, "Overview": once the validation completes or the window closes.',
    },
    worst: 'whenWindowEnds',
  },
  'cloudTrail.delay': {
    question: 'How long after a call does LookupEvents show it?',
    behaviours: {
      fifteenMinutes: 'The guide said for years that CloudTrail typically delivers events within 15 minutes of a call.',
      fiveMinutes: 'The guide says now: within an average of about 5 minutes, which is not guaranteed.',
    },
    worst: 'fifteenMinutes',
  },
  'dynamodb.burstCapacity': {
    question: 'How much more than its provisioned capacity may a table take in a burst?',
    behaviours: {
      none: 'The guide, Burst capacity: DynamoDB may use it up itself without prior notice, and its details may change.',
      fiveMinutes: 'The same page: up to five minutes of unused capacity are retained, and can be consumed quickly.',
    },
    worst: 'none',
  },
  'dynamodb.exportChecksumFiles': {
    question: 'What are the files called that have the checksums of the manifests of an export?',
    behaviours: {
      checksum: 'The developer guide, DynamoDB table export output format: manifest-summary.checksum.',
      md5: 'Listings of real buckets have manifest-summary.md5 and manifest-files.md5.',
    },
    worst: 'md5',
  },
  'dynamodb.exportOfInsertAndDelete': {
    question: 'What does an incremental export have of an item that was inserted and deleted in its period?',
    behaviours: {
      none: 'The blog on incremental exports calls them compacted to the final state, and the item was in neither.',
      keysOnly: 'The output format has a record for each item that was changed, and one with keys only for deletes.',
    },
    worst: 'none',
  },
  'dynamodb.exportOfUnchangedItem': {
    question:
      'What does an incremental export have of an item that is the same at the end of its period as at the start?',
    behaviours: {
      none: 'A stream has no record of a write that changes nothing; nothing says that an export has.',
      record: 'The output format: one record for each item that was written, with the time of the last write.',
    },
    worst: 'none',
  },
  'dynamodb.onDemandBackup': {
    question: 'Which writes around its request does an on-demand backup of a table hold?',
    behaviours: {
      untilAMinuteBefore:
        'API_CreateBackup guarantees what was committed up to a minute before the request, and may hold what came within a minute around it.',
      untilTheRequest: 'The same page: it might contain what was written in the minute of the request.',
    },
    worst: 'untilAMinuteBefore',
  },
  'dynamodb.restoreOverExisting': {
    question: 'What does DynamoDB check first of a restore to a name that is taken: the rights, or the name?',
    behaviours: {
      nameFirst: 'Caution: a refusal for the name then says nothing about the rights.',
      rightsFirst:
        'IAM user guide, Policy evaluation logic: a request is authorised before the service carries it out.',
    },
    worst: 'nameFirst',
  },
  'dynamodb.systemBackup': {
    question: 'How long after point-in-time recovery was turned on does the deletion of a table leave a system backup?',
    behaviours: {
      onceRestorable:
        'Caution: a backup of the moment of the deletion needs what a restore to a point in time needs, and LatestRestorableDateTime is about five minutes behind.',
      atOnce:
        'Developer Guide, Point-in-time recovery: deleting a table with point-in-time recovery makes a system backup, without a word on since when.',
    },
    worst: 'onceRestorable',
  },
  'ec2.resourceTokens': {
    question: 'What does a request for several instances cost of the resource tokens of EC2?',
    behaviours: {
      perInstance: 'Request throttling for the EC2 API: resource rate limiting counts the resources of a request.',
      perRequest: 'The figures are given by operation, and a request is one operation.',
    },
    worst: 'perInstance',
  },
  'ec2.startWithoutKey': {
    question: 'What does StateReason say when EC2 takes a start back because it cannot use the key of a volume?',
    behaviours: {
      InternalError:
        're:Post kms-iam-ec2-permission shows Client.InternalError for a caller without kms:CreateGrant; it says the least.',
      InvalidState:
        'Public reports of launches with a disabled or inaccessible key show Client.InvalidKMSKey.InvalidState.',
    },
    worst: 'InternalError',
  },
  'efs.accessPointRate': {
    question: 'When does EFS throttle CreateAccessPoint? It publishes no rate; one a second is assumed.',
    behaviours: {
      always: 'Issue 1225 of aws-efs-csi-driver: hundreds of access points at once are throttled, far from the limit.',
      nearLimit:
        'API_CreateAccessPoint: requests in quick succession may be throttled when the file system is near the limit of access points.',
    },
    worst: 'always',
  },
  'efs.accessPointTokenKnown': {
    question: 'What does CreateAccessPoint answer to the token of an access point that it has made?',
    behaviours: {
      refused:
        'API_CreateAccessPoint: AccessPointAlreadyExists is returned if the access point exists with the creation token of the request, and carries an AccessPointId.',
      sameAccessPoint: 'The same page calls the operation idempotent by its ClientToken.',
    },
    worst: 'refused',
  },
  'efs.automaticBackupsTag': {
    question: 'Do describe calls show the tag aws:elasticfilesystem:default-backup?',
    behaviours: {
      shown: 'It is a tag like others, by which a plan of AWS Backup selects; a copy of the tags must leave it out.',
      hidden: 'AWS keeps tags that begin with aws: for itself.',
    },
    worst: 'shown',
  },
  'efs.metering': {
    question: 'Does the size that EFS metered after the last write count all that was written?',
    behaviours: {
      lags: 'API_FileSystemSize: the actual size only if nothing was written for longer than a couple of hours, else not necessarily the size at any instant.',
      whole: 'The same page: the size was determined at its Timestamp.',
    },
    worst: 'lags',
  },
  'autoScaling.overLifecycleAction': {
    question: 'How does Auto Scaling say that no instance waits for a lifecycle action?',
    behaviours: {
      inOtherWords: 'API_CompleteLifecycleAction documents no error for it.',
      asLogged: 'Public logs have "No active Lifecycle Action found with", an instance or a token after it.',
    },
    worst: 'inOtherWords',
  },
  'efs.serviceLinkedRole': {
    question: "Does the caller of CreateMountTarget need iam:CreateServiceLinkedRole for an account's first one?",
    behaviours: {
      asksCaller:
        'AmazonElasticFileSystemFullAccess grants iam:CreateServiceLinkedRole for elasticfilesystem.amazonaws.com.',
      byEfs:
        'The EFS guide, Using service-linked roles: EFS makes the role when a mount target is made; API_CreateMountTarget names three actions of EC2 and no other.',
    },
    worst: 'asksCaller',
  },
  'efs.policyWithoutResource': {
    question: 'What does EFS keep of a policy whose statements name no resource?',
    behaviours: {
      completed: 'Samples of AWS have the ARN in what is described, also where it was not put.',
      asWritten: 'Nothing says that EFS writes into a policy.',
    },
    worst: 'completed',
  },
  'ssm.agentAfterProfile': {
    question: 'How long after a running instance got its instance profile does the SSM Agent come online?',
    behaviours: {
      halfAnHour:
        'The agent hibernates without credentials, and tries again in growing pauses of up to an hour (its README).',
      aMinute: 'The Systems Manager guide only says to attach the profile, and to restart the agent if need be.',
    },
    worst: 'halfAnHour',
  },
  'ssm.incompleteCommand': {
    question: 'Which status has a command whose details are Incomplete?',
    behaviours: {
      Failed: 'API_Command: not all invocations have the value Success.',
      Success: 'The same page: not enough invocations failed for the status to be Failed.',
    },
    worst: 'Failed',
  },
  'ssm.scriptOfDeadInstance': {
    question: 'What becomes of a script whose instance stops while it runs?',
    behaviours: {
      untilTimeout: 'Nothing is left that could report its end; SSM waits until the execution time is over.',
      Failed: 'An agent that starts again may report what it did not finish.',
    },
    worst: 'untilTimeout',
  },
  'kms.viaServiceInChina': {
    question: 'Which suffix has kms:ViaService in the regions of China?',
    behaviours: {
      ofChina:
        'Endpoints there end in amazonaws.com.cn, and a service principal such as ec2.amazonaws.com.cn does too.',
      ofAll: 'The KMS guide gives every ViaService name with amazonaws.com.',
    },
    worst: 'ofChina',
  },
  'stepFunctions.toleratedFailure': {
    question: 'What stands in the result of a distributed map for a child whose failure is tolerated?',
    behaviours: {
      leftOut:
        'The page on Map states calls the result an array of the outputs of the children, and a failed one has none; pull request 3605 of floci leaves it out.',
      errorAndCause:
        'What ResultWriter exports of a failed child has its Error and its Cause (the page on ResultWriter).',
    },
    worst: 'leftOut',
  },
  'stepFunctions.rightsOfDistributedMap': {
    question: 'Which rights on executions does a distributed map need from the start?',
    behaviours: {
      everyAction:
        "The guide, IAM policies for using Distributed Map states: its least privileges have StartExecution on the state machine, and DescribeExecution and StopExecution on its executions, without the label that a child's ARN has.",
      startOnly:
        'Until pull request 34760 aws-cdk granted the last two on the ARN of the state machine, which is of no execution, and only redriving was missed.',
    },
    worst: 'everyAction',
  },
  'stepFunctions.refusedDistributedMap': {
    question: 'By which error does a distributed map fail whose role may not start or look after its children?',
    behaviours: {
      Runtime:
        'The page on error names: what Step Functions could not process fails the execution, and nothing catches it. A field that a Map state cannot work with was recorded on AWS to end so.',
      Permissions: 'The same page: `States.Permissions` is for privileges that are not sufficient, of a Task state.',
    },
    worst: 'Runtime',
  },
  'stepFunctions.heartbeatError': {
    question: 'By which error does Step Functions report a missed heartbeat?',
    behaviours: {
      Timeout: 'Recorded histories of AWS have `States.Timeout`, which a Retry of the other name alone does not match.',
      HeartbeatTimeout: 'The page on error names has `States.HeartbeatTimeout` for Retry and Catch.',
    },
    worst: 'Timeout',
  },
} as const satisfies Record<string, Doubt>;
