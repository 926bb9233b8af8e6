import { fleetOf, inputWithoutScripts } from '../../scenarios/pre-post-backup/fleets';
import { Simulation } from '../../scenarios/simulation';
import { watchPartitions } from './partitions';
import type { Table } from './table';
import { usageOf } from './usage';

const MINUTE = 60;
/** Request throttling for the EC2 API, resource tokens of StartInstances: requests are joined, instances are not. */
const START_TOKENS = 1000;
const START_TOKENS_A_SECOND = 2;

interface FleetOptions {
  sizes?: number[];
  /** MaxConcurrentGroups of the input. */
  concurrency?: number;
  backupMinutes?: number;
}

/** What fleets of growing sizes cost: each instance alone in its group, stopped, backed up and started. */
export async function benchFleet(options: FleetOptions = {}): Promise<Table[]> {
  const { sizes = [1, 50, 1000, 10_000], concurrency = 1000, backupMinutes = 40 } = options;
  const backupSeconds = backupMinutes * MINUTE;
  // Compiles the handlers and lets the engine optimise, so that the first row is not about that.
  await runFleet(1, concurrency, backupSeconds);
  const rows: Table['rows'] = [];
  for (const size of sizes) rows.push(await runFleet(size, concurrency, backupSeconds));
  return [
    {
      title: 'Fleets',
      columns: [
        'instances',
        'ended',
        'largest history',
        'largest payload (bytes)',
        'transitions per instance',
        'AWS calls per instance',
        'writes/s to one partition of an index',
        'virtual duration (min)',
        'lower bound (min)',
        'wall time (s)',
        'peak memory (MB)',
      ],
      rows,
      notes: [
        `Stop, ${backupMinutes}-minute backup, start; no scripts; MaxConcurrentGroups ${concurrency}.`,
        'Lower bound: what the concurrency, and the tokens that EC2 counts by instance to start them (1,000, then 2 a second), allow at best.',
        'Writes/s to one partition: write units in the minute that has most, of the partition that has most; DynamoDB takes 1,000.',
        'Limits of Step Functions: 25,000 events, 262,144 bytes.',
      ],
    },
  ];
}

async function runFleet(size: number, concurrency: number, backupSeconds: number): Promise<Table['rows'][number]> {
  const startedAt = process.hrtime.bigint();
  const simulation = await Simulation.open({ world: fleetOf(size, backupSeconds) });
  try {
    const writesToOnePartition = watchPartitions(simulation.account);
    const input = inputWithoutScripts({ MaxConcurrentGroups: concurrency });
    const execution = simulation.start('pre-post-backup', input);
    await simulation.finish(execution);
    const { status, stopDate, startDate } = execution;
    const usage = usageOf(simulation.account);
    const minutes = ((stopDate ?? simulation.account.clock.date).getTime() - startDate.getTime()) / 1000 / MINUTE;
    return [
      size,
      status,
      usage.largestHistory,
      usage.largestPayloadBytes,
      usage.transitions / size,
      usage.awsCalls / size,
      writesToOnePartition(),
      Math.round(minutes * 10) / 10,
      Math.round(lowerBoundSeconds(size, concurrency, backupSeconds) / 6) / 10,
      Number(process.hrtime.bigint() - startedAt) / 1e9,
      Math.round(process.resourceUsage().maxRSS / 1024),
    ];
  } finally {
    simulation.close();
  }
}

/** Waves of backups, or the tokens to start each instance: whichever takes longer. */
function lowerBoundSeconds(size: number, concurrency: number, backupSeconds: number): number {
  const waves = Math.ceil(size / concurrency) * backupSeconds;
  const starts = backupSeconds + Math.max(0, size - START_TOKENS) / START_TOKENS_A_SECOND;
  return Math.max(waves, starts);
}
