import type { Situation } from './situation';

/** What random runs have found: the smallest situation of each, and what it showed. A test runs them all. */
export const FOUND: readonly { was: string; situation: Situation }[] = [
  {
    was: 'the line of an instance that was still starting had no reason, though the step had failed for one',
    situation: {
      workflow: 'pre-post-backup',
      kind: 'a small fleet',
      seed: 592,
      choices: { GroupBy: 'all', scripts: false },
      faults: [{ call: 'dynamodb:UpdateItem', by: 'StartInstancesFunction', fault: 'accessDenied', nth: 3, times: 1 }],
      doubts: {},
    },
  },
  {
    was: 'point-in-time recovery stayed on when the clock of the function that had turned it on was ahead',
    situation: {
      workflow: 'dynamodb-table-operation',
      kind: 'DeleteTable',
      seed: 597,
      choices: {},
      faults: [
        { call: 'dynamodb:UpdateItem', by: 'BackUpTableFunction', fault: 'throttle', nth: 2, times: 'always' },
        { clock: '*', fault: 'skew', skewSeconds: 3 },
      ],
      doubts: {},
    },
  },
  {
    was: 'a run that failed before it began, and whose report failed too, was told as one that was not undone, without a reason',
    situation: {
      workflow: 'efs-backup',
      kind: 'a backup',
      seed: 785,
      faults: [
        { call: 'iam:GetRole', by: 'CheckEfsBackupFunction', fault: 'accessDenied', nth: 1, times: 1 },
        { call: 'dynamodb:UpdateItem', by: 'ReportEfsRunFunction', fault: 'accessDenied', nth: 1, times: 1 },
      ],
      doubts: {},
      choices: {},
    },
  },
  {
    was: 'what AWS Backup deletes counted as left while EFS was deleting it',
    situation: {
      workflow: 'restore-test',
      kind: 'a file system, on schedule',
      seed: 823,
      choices: {},
      faults: [
        { call: 'dynamodb:PutItem', by: 'OpenRestoreTestFunction', fault: 'serverError', nth: 2, times: 'always' },
      ],
      doubts: {},
    },
  },
  {
    was: 'an instance whose backup still ran at the end of a group did not name the step that had kept the run from waiting',
    situation: {
      workflow: 'pre-post-backup',
      kind: 'a small fleet',
      seed: 1280,
      choices: { ResumeAfter: 'SnapshotStarted' },
      faults: [{ call: 'dynamodb:BatchGetItem', by: 'StartInstancesFunction', fault: 'accessDenied', times: 1 }],
      doubts: {},
    },
  },
  {
    was: 'the undo of a test that was stopped before it had a record was looked at before its end',
    situation: {
      workflow: 'restore-test',
      kind: 'a table, on schedule',
      seed: 1295,
      choices: {},
      faults: [],
      doubts: {},
      stop: { state: 'Open Restore Test', afterSeconds: 0.3 },
    },
  },
  {
    was: 'recovery stayed on where the clean-up had failed before it was turned off, and nothing said so',
    situation: {
      workflow: 'dynamodb-swap-restore',
      kind: 'of a recovery point, of a table without point-in-time recovery',
      seed: 700166,
      choices: { person: 'a janitor, who deletes the duplicate', state: 'Back Up Original' },
      faults: [{ call: 'dynamodb:UpdateItem', by: 'CleanUpSwapFunction', fault: 'accessDenied', nth: 1, times: 1 }],
      doubts: {},
    },
  },
  {
    was: 'who deletes the verified table after the clean-up was taken for the run',
    situation: {
      workflow: 'dynamodb-swap-restore',
      kind: 'of a point in time',
      seed: 700070,
      choices: { person: 'a deleter, who deletes the table', state: 'Clean Up', afterSeconds: 5 },
      faults: [],
      doubts: {},
    },
  },
  {
    was: 'a wait without a task was looked for before the look that drops it',
    situation: {
      workflow: 'pre-post-backup',
      kind: 'a small fleet',
      seed: 1536,
      choices: { job: 'EXPIRED' },
      faults: [
        {
          call: 'dynamodb:UpdateItem',
          by: 'BackUpInstancesFunction',
          fault: 'timeoutAfterSuccess',
          nth: 2,
          times: 'always',
        },
      ],
      doubts: {},
    },
  },
  {
    was: 'a restore under the name was condemned for the deletion before it, which DescribeTable still showed',
    situation: {
      workflow: 'dynamodb-swap-restore',
      kind: 'of a point in time',
      seed: 1176,
      choices: {},
      faults: [{ call: 'dynamodb:DescribeTable', by: 'RestoreOriginalFunction', fault: 'staleRead', nth: 3, times: 1 }],
      doubts: {},
    },
  },
  {
    was: 'a table that somebody deleted was reported as untouched, since the look at it had failed',
    situation: {
      workflow: 'dynamodb-swap-restore',
      kind: 'of a point in time',
      seed: 2154,
      choices: { person: 'a deleter, who deletes the table', state: 'Back Up Duplicate', answer: 'refuse' },
      faults: [{ call: 'dynamodb:DescribeTable', by: 'ReportSwapFunction', fault: 'timeout', nth: 1, times: 'always' }],
      doubts: {},
    },
  },
];
