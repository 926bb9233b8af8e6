import { runRecords } from '../own-work';
import { untilWaitsAreDropped } from '../settle';
import { defaultWorld, type Simulation, type Started } from '../simulation';
import { FILE_SYSTEM, INSTANCE, TABLE, testJob, WORKFLOW } from './tests';

/** Longer than a validation window, its deletion, and an undo with all its attempts. */
const DEADLINE_SECONDS = 40 * 24 * 3600;
const SETTLES_WITHIN_SECONDS = 120;
const GOING = ['shutting-down', 'terminated'];

/** Runs until the test and its undo are over and the waits left behind are dropped. */
export async function settle(simulation: Simulation, execution: Started): Promise<void> {
  const { clock } = simulation.account;
  const isQuiet = () => execution.status !== 'RUNNING' && simulation.isQuiet();
  await clock.runUntil(isQuiet, DEADLINE_SECONDS);
  // A run that ended before it could look leaves to AWS Backup what that restored.
  const isLeftToAws = () => {
    const { CreatedBy, Status, DeletionStatus } = testJob(simulation) ?? {};
    return (
      CreatedBy !== undefined && Status === 'COMPLETED' && !['SUCCESSFUL', 'FAILED'].includes(DeletionStatus ?? '')
    );
  };
  await clock.runUntil(() => !isLeftToAws(), DEADLINE_SECONDS);
  // EFS takes a moment to delete what AWS Backup has asked it to; the undo of a stopped test begins a moment after its end.
  await clock.runUntil(clock.sleep(SETTLES_WITHIN_SECONDS), SETTLES_WITHIN_SECONDS + 1);
  await clock.runUntil(isQuiet, DEADLINE_SECONDS);
  await untilWaitsAreDropped(simulation);
}

/** What the documentation promises of each restore test, whatever goes wrong; returns what does not hold. */
export function brokenPromises(simulation: Simulation, execution: Started, isDamaged = false): string[] {
  const broken: string[] = [];
  const hold = (condition: boolean, what: string) => {
    if (!condition) broken.push(what);
  };
  const records = runRecords(simulation).filter(({ workflow }) => workflow === WORKFLOW);
  const [record] = records;
  const told = simulation.region.sns.published.map(({ message }) => message).join('\n');
  const isGivenUp = record?.undoAttempts === 3;
  const verdict = record?.verdict as { status: string } | undefined;
  const job = testJob(simulation);

  hold(execution.status !== 'RUNNING', 'the execution is still running');
  hold(records.length === 1, `${records.length} run records`);
  hold(
    records.every(({ open, outcome }) => !open && outcome !== undefined),
    'the run record is not closed',
  );
  hold(record?.outcome !== 'SUCCEEDED' || verdict?.status === 'SUCCESSFUL', 'a run is green that has no good verdict');
  hold(verdict?.status !== 'SUCCESSFUL' || Array.isArray(record?.findings), 'a verdict is good that looked at nothing');
  hold(!isDamaged || verdict?.status !== 'SUCCESSFUL', 'a damaged backup was called good');
  hold(job?.ValidationStatus !== 'SUCCESSFUL' || verdict?.status === 'SUCCESSFUL', 'AWS Backup got another verdict');
  hold((simulation.region.backup.ListRestoreJobs({}).RestoreJobs ?? []).length <= 1, 'there are two restore jobs');
  for (const name of leftBy(simulation))
    hold(isGivenUp || told.includes(name), `${name} is left, and no notification names it`);
  hold(isSourceUntouched(simulation), 'the source was changed');
  hold(isGivenUp || simulation.items('LocksTable').length === 0, 'a lock is left');
  hold(!simulation.items('WaitsTable').some(({ due }) => due), 'a wait is open');
  return broken;
}

/** The tables, instances and file systems that a restore made and that are still there. */
function leftBy({ region, stack }: Simulation): string[] {
  const tables = [...region.dynamodb.tables.entries()]
    .filter(([name, { status }]) => name !== TABLE && !name.startsWith(stack.name) && status !== 'DELETING')
    .map(([name]) => name);
  const instances = region.ec2
    .allInstances()
    .filter(({ id, state, tags }) => id !== INSTANCE && !tags.current['efs-to-efs-worker-of'] && !GOING.includes(state))
    .map(({ id }) => id);
  const own = [...stack.resources.values()].map(({ physicalId }) => physicalId);
  const fileSystems = region.efs
    .snapshot()
    .fileSystems.map(({ FileSystemId }) => FileSystemId)
    .filter((id) => id !== FILE_SYSTEM && !own.includes(id));
  return [...tables, ...instances, ...fileSystems];
}

/** The order of items and of their attributes is no matter. */
function isSourceUntouched(simulation: Simulation): boolean {
  const { ec2, ssm, efs } = simulation.region;
  const instance = ec2.allInstances().find(({ id }) => id === INSTANCE);
  const commands = ssm.ListCommands({}).Commands ?? [];
  if (instance && (instance.state !== 'running' || commands.some(({ InstanceIds }) => InstanceIds?.includes(INSTANCE))))
    return false;
  if (simulation.world().fileSystems?.length && !efs.fileSystem(FILE_SYSTEM)) return false;
  if (simulation.world().tables?.every(({ TableName }) => TableName !== TABLE))
    return instance !== undefined || efs.fileSystem(FILE_SYSTEM) !== undefined;
  const of = (tables: { TableName: string; Items?: object[] }[] = []) =>
    (tables.find(({ TableName }) => TableName === TABLE)?.Items ?? [])
      .map((item) => JSON.stringify(Object.entries(item).sort(([left], [right]) => left.localeCompare(right))))
      .sort()
      .join();
  return of(simulation.world().tables) === of(defaultWorld('restore-test').tables);
}
