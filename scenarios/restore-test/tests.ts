import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { defaultWorld, exampleInput, Simulation, type Started } from '../simulation';
import type { World } from '../world';

export const WORKFLOW = 'restore-test';
export const SOURCE = 'ParksAr';
/** Once, a moment after the world begins. */
const SCHEDULE = {
  RestoreTestSchedule: 'cron(5 22 20 11 ? 2026)',
  RestoreTestValidationWindowHours: '2',
  RestoreTestVaultArns: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:nightly',
};
const DAY_SECONDS = 24 * 3600;

export type Kind = 'scheduled' | 'on demand';

interface Options {
  kind: Kind;
  world?: Partial<World>;
  parameters?: Record<string, string>;
  faults?: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
}

/** The account in which a test is due; a scheduled one after AWS Backup has restored for it. */
export async function openTest({ kind, world, parameters, ...options }: Options): Promise<Simulation> {
  const usual = defaultWorld(WORKFLOW);
  const schedule = kind === 'scheduled' ? SCHEDULE : {};
  const simulation = await Simulation.open({
    ...options,
    world: { ...usual, ...world, parameters: { ...usual.parameters, ...schedule, ...parameters } },
  });
  if (kind === 'scheduled') {
    const isOver = () => ['COMPLETED', 'FAILED'].includes(testJob(simulation)?.Status ?? '');
    await simulation.account.clock.runUntil(isOver, 2 * DAY_SECONDS);
  }
  return simulation;
}

/** Starts it: a scheduled one under the name that the event of its job would give it. */
export function startTest(simulation: Simulation, kind: Kind): Started {
  if (kind === 'on demand') return simulation.start(WORKFLOW, exampleInput(WORKFLOW));
  const { RestoreJobId = '' } = testJob(simulation) ?? {};
  return simulation.start(WORKFLOW, { RestoreJobId }, RestoreJobId);
}

/** The newest restore job. */
export function testJob({ region }: Simulation) {
  return region.backup.ListRestoreJobs({}).RestoreJobs?.[0];
}
