/**
 * Grants that runs of the tests do not come to need, and why the stack has them all the same. The first that fits
 * counts; the same reasons stand in docs/permissions.md.
 */
export const NEEDLESS: readonly { role: RegExp; action: RegExp; resource?: RegExp; reason: string }[] = [
  { role: /StateMachineRole$/, action: /^logs:/, reason: 'Step Functions delivers its logs with it; not simulated' },
  { role: /./, action: /^states:SendTask/, reason: 'an attempt may begin after the deadline, or when all is over' },
  { role: /./, action: /^sqs:SendMessage$/, resource: /FailedEventsQueue/, reason: 'for what failed for good' },
  {
    role: /^(ResumeWait|AnswerApproval|AnswerAsSecondPerson)Function/,
    action: /^sqs:SendMessage$/,
    reason: 'for a wait whose end Step Functions did not take',
  },
  {
    role: /^ResumeWaitFunction/,
    action: /^ec2:StopInstances$/,
    reason: 'an event may come before the look that asks for the stop',
  },
  { role: /^OpenEfsRun/, action: /^dynamodb:GetItem$/, reason: 'a second attempt meets the record of the first' },
  { role: /^MakeIndex/, action: /^dynamodb:UpdateItem$/, reason: 'another attempt may take the wait over' },
  {
    role: /^Run(Pre|Post)ScriptFunction/,
    action: /^ec2:DescribeInstances$/,
    reason: 'an attempt may take over a long wait',
  },
  {
    role: /^(ResumeWait|CopyRecoveryPoint|RemoveFailedRestore|WaitForRestore)Function/,
    action: /^sts:AssumeRole$/,
    reason: 'a run in another account may come this way',
  },
  {
    role: /^CheckGroupFunction/,
    action: /^ec2:DescribeInstanceAttribute$/,
    reason: 'for fleets of more than 200 instances, whose groups look themselves',
  },
  {
    role: /^ThawStartedInstancesFunction/,
    action: /^ssm:(CancelCommand|ListCommandInvocations)$/,
    reason: 'a pre script may still run when its group was given up',
  },
  {
    role: /^PutSettingsBackFunction/,
    action: /^cloudwatch:(PutMetricAlarm|DescribeAlarms)$/,
    reason: 'Application Auto Scaling asks for it in the name of the caller that puts a policy',
  },
  {
    role: /^(CheckItemRestore|OpenItemRestore|SettleItems)Function|^DynamodbItemRestoreUndo/,
    action: /^kms:(Decrypt|GenerateDataKey)$/,
    reason: 'for exports, journals and histories under a customer managed key',
  },
  {
    role: /^RestoreTest(Undo)?StateMachineRole$/,
    action: /^kms:(Decrypt|GenerateDataKey)$/,
    reason: 'for histories under a customer managed key',
  },
  {
    role: /^Check(Swap|Operation)Function/,
    action: /^iam:SimulatePrincipalPolicy$/,
    reason: "for a role that has its rights by another policy than AWS's own",
  },
  {
    role: /^(VerifyOperation|ValidateTable)Function/,
    action: /^kms:Decrypt$/,
    reason: 'for tables under a customer managed key',
  },
  { role: /^EfsToEfsFunction/, action: /^cloudwatch:/, reason: 'not counted by the simulated account' },
  { role: /^ForwardBackupEvents/, action: /^events:PutEvents$/, reason: 'a stack in another region is not simulated' },
  {
    role: /^CloseRunFunctionRole$/,
    action: /^states:(DescribeExecution|GetExecutionHistory)$/,
    reason: 'asked when a run was ended without its event; not every workflow meets that in a test',
  },
  {
    role: /^ReconcileWaitsFunctionRole$/,
    action: /^states:(StartExecution|GetExecutionHistory)$/,
    reason: 'the undo of a run whose event was lost; not every workflow meets that in a test',
  },
];
