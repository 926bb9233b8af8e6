import { marshall } from '@aws-sdk/util-dynamodb';
import type { Execution } from '../simulator/asl/execution';
import { type Simulation, STACK_NAME } from './simulation';

/** More than 90 days before every world: Step Functions has forgotten that execution, and its name is free again. */
const EARLIER_START = '2026-01-20T02:00:00.000Z';

type Output = Record<string, unknown> & { Operation?: string; TableName?: string; TargetTableName?: string };

/**
 * When the account did what an execution's output claims, each in milliseconds since 1970; undefined for what is not
 * there. One for each workflow whose runs are executions.
 */
const DONE_AT: Record<string, (simulation: Simulation, output: Output) => (number | undefined)[]> = {
  'pre-post-backup': ({ region }, { Instances = [] }) => {
    const jobs = region.backup.ListBackupJobs({}).BackupJobs ?? [];
    return (Instances as { RecoveryPointArn?: string }[]).map(({ RecoveryPointArn }) =>
      jobs.find((job) => job.RecoveryPointArn === RecoveryPointArn)?.CreationDate?.getTime(),
    );
  },
  'efs-backup': ({ region }, { RecoveryPointArn }) => {
    const jobs = region.backup.ListBackupJobs({}).BackupJobs ?? [];
    return [jobs.find((job) => job.RecoveryPointArn === RecoveryPointArn)?.CreationDate?.getTime()];
  },
  'efs-copy-restore': ({ account }, { RestoreJobId, RestoredFileSystemId }) =>
    account.allRegions.flatMap(({ backup }) =>
      (backup.ListRestoreJobs({}).RestoreJobs ?? [])
        .filter((job) => job.RestoreJobId === RestoreJobId)
        .map(({ CreationDate, CreatedResourceArn }) =>
          CreatedResourceArn?.endsWith(String(RestoredFileSystemId)) ? CreationDate?.getTime() : undefined,
        ),
    ),
  'restore-test': ({ region }, { RestoreJobId }) =>
    (region.backup.ListRestoreJobs({}).RestoreJobs ?? [])
      .filter((job) => job.RestoreJobId === RestoreJobId)
      .map(({ CreationDate }) => CreationDate?.getTime()),
  'dynamodb-swap-restore': ({ region }, { TableName = '' }) => [
    region.dynamodb.tables.has(TableName)
      ? region.dynamodb.DescribeTable({ TableName }).Table?.CreationDateTime?.getTime()
      : undefined,
  ],
  'dynamodb-table-operation': (simulation, output) => {
    const { Operation = '', TargetTableName, TableName = '' } = output;
    const table = TargetTableName ?? TableName;
    const { dynamodb } = simulation.region;
    if (Operation === 'CreateBackup')
      return [
        dynamodb.backups
          .present()
          .find(({ arn }) => arn === output.BackupArn)
          ?.createdAt.getTime(),
      ];
    if (Operation.startsWith('Restore'))
      return [
        dynamodb.tables.has(table)
          ? dynamodb.DescribeTable({ TableName: table }).Table?.CreationDateTime?.getTime()
          : undefined,
      ];
    const call = CALLS[Operation];
    return call ? [lastCallAt(simulation, call)] : [];
  },
};

/** What an operation leaves no date of: the call that does it. */
const CALLS: Record<string, string> = {
  DeleteTable: 'dynamodb:DeleteTable',
  EnablePointInTimeRecovery: 'dynamodb:UpdateContinuousBackups',
  EnableDeletionProtection: 'dynamodb:UpdateTable',
  RemoveLeftovers: 'dynamodb:DeleteBackup',
  VerifyTable: 'dynamodb:Scan',
};

function lastCallAt({ account }: Simulation, call: string): number | undefined {
  const made = account.endpoint.calls.filter((each) => each.call === call && !/Denied|Throttl/.test(each.outcome));
  return made.length > 0 ? Date.parse(made.at(-1)?.time ?? '') : undefined;
}

/**
 * Why an execution that ended SUCCEEDED did not do its work itself; empty for one that did, or that did not end so. What it
 * claims has to be there, and be made since it started: the output of another execution of its name is no success.
 */
export function notOwnWork(simulation: Simulation, execution: Execution): string[] {
  if (execution.status !== 'SUCCEEDED') return [];
  const workflow = execution.machineName.slice(STACK_NAME.length + 1);
  const doneAt = DONE_AT[workflow];
  if (!doneAt) throw new Error(`Nothing says what a run of ${workflow} leaves.`);
  const output = JSON.parse(execution.output ?? '{}') as Output;
  const times = doneAt(simulation, { ...(JSON.parse(execution.input) as Output), ...output });
  const since = execution.startDate.getTime();
  return [
    ...(simulation.runRecord(execution) ? [] : ['SUCCEEDED without a record of its own']),
    ...(times.length === 0 ? ['SUCCEEDED, and its output claims nothing'] : []),
    ...(times.includes(undefined) ? ['SUCCEEDED, and what its output claims is not there'] : []),
    ...(times.some((time) => time !== undefined && time < since - 1000)
      ? ['SUCCEEDED with the work of another run']
      : []),
  ];
}

/**
 * Leaves the record of an execution that had the same name long ago and SUCCEEDED: whatever goes wrong, its output must not
 * become that of the one that is about to start.
 */
export function rememberEarlierRun({ region, stack }: Simulation, workflow: string, name = 'run-1'): void {
  const arn = region.arn('states', `execution:${STACK_NAME}-${workflow}:${name}`);
  const runId = `${arn}/${EARLIER_START}`;
  const startedAt = Date.parse(EARLIER_START) / 1000;
  const over = { startedAt, finishedAt: startedAt + 600, notifiedAt: startedAt + 600, outcome: 'SUCCEEDED' };
  const settings = { TableName: 'ParksAr', Operation: 'CreateBackup', FileSystemID: 'fs-0123456789abcdef0' };
  const record = { runId, item: 'run', workflow, input: '{}', settings, report: { RecoveryTime: 600 }, ...over };
  for (const Item of [record, { runId: arn, item: 'newest', newest: runId }])
    region.dynamodb.PutItem({ TableName: stack.resource('RunsTable').physicalId, Item: marshall(Item) });
}

/** Whether a run is the one that `rememberEarlierRun` left. */
export function isEarlier(runId: unknown): boolean {
  return String(runId).endsWith(EARLIER_START);
}

/** The records of runs, without the one that `rememberEarlierRun` left. */
export function runRecords(simulation: Simulation): Record<string, unknown>[] {
  return simulation.items('RunsTable').filter(({ item, runId }) => item === 'run' && !isEarlier(runId));
}
