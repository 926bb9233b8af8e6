import type { Execution } from '../../simulator/asl/execution';
import { notOwnWork, runRecords } from '../own-work';
import { settleWithin } from '../settle';
import type { Simulation } from '../simulation';
import { unclear } from '../telling';
import { DESTINATION, FILE_SYSTEM, type Run, SOURCE, type Workflow } from './recovery';

/** Longer than any run of the short worlds, its undo included. */
const DEADLINE_SECONDS = 32 * 24 * 3600;

/** Runs until the execution and its undo are over and the waits left behind are dropped. */
export async function settle(simulation: Simulation, execution: Execution): Promise<void> {
  await settleWithin(simulation, execution, DEADLINE_SECONDS);
}

/** What must hold after every run, whatever went wrong on the way; returns what does not. */
export function brokenInvariants(simulation: Simulation, workflow: Workflow, execution: Execution): string[] {
  const broken: string[] = [];
  const hold = (condition: boolean, what: string) => {
    if (!condition) broken.push(what);
  };
  const { account, region } = simulation;
  const told = [...new Set(region.sns.published.map(({ subject, message }) => `${subject}\n${message}`))];
  const records = runRecords(simulation);
  const [record] = records;
  const outcome = record?.outcome;
  // Such a run is known by its record alone, and its locks are free for its successors.
  const isGivenUp = record?.undoAttempts === 3;

  hold(execution.status !== 'RUNNING', 'the execution is still running');
  hold(records.length === 1, `${records.length} run records`);
  hold(
    records.every(({ open, finishedAt }) => !open && finishedAt !== undefined),
    'the run record is not closed',
  );
  hold(
    told.length === 1 || isGivenUp,
    `${told.length} final notifications: ${told.map((text) => text.split('\n')[0]).join(', ')}`,
  );
  hold(
    told.every((text) => text.startsWith(String(outcome))),
    'the notification and the record say different things',
  );
  hold(execution.status !== 'SUCCEEDED' || outcome === 'SUCCEEDED', 'the execution succeeded, the run did not');
  broken.push(...notOwnWork(simulation, execution));
  broken.push(...unclear(simulation, told, [FILE_SYSTEM]));

  const source = account.region(SOURCE).backup;
  const destination = account.region(DESTINATION);
  const jobs = {
    backup: source.ListBackupJobs({}).BackupJobs ?? [],
    copy: source.ListCopyJobs({}).CopyJobs ?? [],
    restore: destination.backup.ListRestoreJobs({}).RestoreJobs ?? [],
  };
  for (const [kind, list] of Object.entries(jobs)) hold(list.length <= 1, `${list.length} ${kind} jobs`);
  const made = destination.efs.snapshot().fileSystems.filter(({ FileSystemId }) => FileSystemId !== FILE_SYSTEM);
  hold(made.length <= 1, `${made.length} file systems`);
  for (const { FileSystemId, CreationToken } of made) {
    const isNamed = (text: string) => [FileSystemId, CreationToken].some((name) => name && text.includes(name));
    hold(isGivenUp || isNamed(JSON.stringify(record)), `the record does not name ${FileSystemId}`);
    hold(isGivenUp || told.some(isNamed), `no notification names ${FileSystemId}`);
  }
  if (outcome === 'SUCCEEDED') {
    const report = record?.report as Run['output'];
    const seconds = Number(record?.finishedAt) - Math.floor(execution.startDate.getTime() / 1000);
    hold(report.RecoveryTime === seconds, `RecoveryTime is ${report.RecoveryTime}, not ${seconds}`);
    const isDone =
      workflow === 'efs-backup'
        ? jobs.backup[0]?.State === 'COMPLETED' && report.RecoveryPointArn === jobs.backup[0].RecoveryPointArn
        : jobs.restore[0]?.Status === 'COMPLETED' && report.RestoredFileSystemId === made[0]?.FileSystemId;
    hold(isDone, 'the run succeeded without having done its work');
  }
  hold(isGivenUp || simulation.items('LocksTable').length === 0, 'a lock is left');
  hold(!simulation.items('WaitsTable').some(({ due }) => due), 'a wait is open');
  return broken;
}
