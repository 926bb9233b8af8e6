import { fleetOf, inputWithoutScripts } from '../../scenarios/pre-post-backup/fleets';
import { Simulation } from '../../scenarios/simulation';
import { ratio, type Table } from './table';
import { largest, sum } from './usage';

type ResumeAfter = 'BackupCompleted' | 'SnapshotStarted';

/** How long one instance was down, and how much of that AWS needed for what it was asked. */
interface Downtime {
  seconds: number;
  neededSeconds: number;
}

/** The downtime of instances with a backup of so many minutes, when they resume after it or after its snapshots have begun. */
export async function benchDowntime({ sizes = [1, 50], backupMinutes = 40 } = {}): Promise<Table[]> {
  const rows: Table['rows'] = [];
  for (const size of sizes) {
    const completed = await measure(size, 'BackupCompleted', backupMinutes);
    const started = await measure(size, 'SnapshotStarted', backupMinutes);
    rows.push(row(size, 'BackupCompleted', completed), row(size, 'SnapshotStarted', started));
    rows.push([size, 'Completed / Started', ratio(mean(completed), mean(started)), '', '', '', '']);
  }
  return [
    {
      title: `Downtime for a ${backupMinutes}-minute backup`,
      columns: ['instances', 'ResumeAfter', 'mean (s)', 'p95 (s)', 'max (s)', 'AWS needs (s)', 'waiting'],
      rows,
      notes: [
        'From the request to stop until it is known to run again, without scripts.',
        'AWS needs: stopping, the backup or the start of its snapshots, starting. Waiting: the rest of the mean, which is events, reconciler, Lambda and throttling.',
      ],
    },
  ];
}

function row(size: number, resumeAfter: ResumeAfter, downtimes: Downtime[]): Table['rows'][number] {
  const seconds = downtimes.map((downtime) => downtime.seconds).sort((a, b) => a - b);
  const needed = sum(downtimes.map(({ neededSeconds }) => neededSeconds)) / downtimes.length;
  const p95 = seconds[Math.ceil(seconds.length * 0.95) - 1] ?? 0;
  const waiting = `${Math.round((1 - needed / mean(downtimes)) * 100)} %`;
  return [size, resumeAfter, mean(downtimes), p95, largest(seconds), needed, waiting];
}

function mean(downtimes: Downtime[]): number {
  return sum(downtimes.map(({ seconds }) => seconds)) / downtimes.length;
}

async function measure(size: number, ResumeAfter: ResumeAfter, backupMinutes: number): Promise<Downtime[]> {
  const simulation = await Simulation.open({ world: fleetOf(size, backupMinutes * 60) });
  try {
    const execution = simulation.start('pre-post-backup', inputWithoutScripts({ ResumeAfter }));
    await simulation.finish(execution);
    const { Instances = [] } = JSON.parse(execution.output ?? '{}') as { Instances?: Result[] };
    if (Instances.length !== size) throw new Error(`The run ended ${execution.status}: ${execution.cause}`);
    return Instances.map(({ InstanceId, DowntimeSeconds = 0 }) => ({
      seconds: DowntimeSeconds,
      neededSeconds: neededSeconds(simulation, InstanceId, ResumeAfter),
    }));
  } finally {
    simulation.close();
  }
}

interface Result {
  InstanceId: string;
  DowntimeSeconds?: number;
}

/** The seconds in which AWS itself was busy with the instance while it was down. */
function neededSeconds({ region }: Simulation, instanceId: string, resumeAfter: ResumeAfter): number {
  const at: Record<string, number> = {};
  for (const { time, event } of region.events.seen) {
    const detail = event.detail as { 'instance-id'?: string; state?: string };
    if (detail['instance-id'] === instanceId && detail.state) at[detail.state] = Date.parse(time);
  }
  const { BackupJobs = [] } = region.backup.ListBackupJobs({
    ByResourceArn: region.arn('ec2', `instance/${instanceId}`),
  });
  const created = BackupJobs[0]?.CreationDate?.getTime() ?? 0;
  const snapshots = region.ec2.snapshot().ebsSnapshots.filter(({ VolumeId }) => VolumeId === volumeOf(instanceId));
  const captured = largest(snapshots.map(({ StartTime }) => Date.parse(StartTime ?? '')));
  const backedUp = resumeAfter === 'BackupCompleted' ? (BackupJobs[0]?.CompletionDate?.getTime() ?? 0) : captured;
  const phases = [(at.stopped ?? 0) - (at.stopping ?? 0), backedUp - created, (at.running ?? 0) - (at.pending ?? 0)];
  return sum(phases) / 1000;
}

/** The simulated account names an instance's volume after it. */
function volumeOf(instanceId: string): string {
  return instanceId.replace(/^i-/, 'vol-');
}
