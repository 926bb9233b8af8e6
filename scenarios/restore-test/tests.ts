import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { defaultWorld, exampleInput, Simulation, type Started } from '../simulation';
import type { World } from '../world';

export const WORKFLOW = 'restore-test';
export const TABLE = 'ParksAr';
export const INSTANCE = 'i-0123456789abcdef0';
export const INSTANCE_ARN = `arn:aws:ec2:eu-west-1:111122223333:instance/${INSTANCE}`;
export const FILE_SYSTEM = 'fs-0123456789abcdef0';
const FILE_SYSTEM_ARN = `arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/${FILE_SYSTEM}`;
/** Once, a moment after the world begins. */
const SCHEDULE = {
  RestoreTestSchedule: 'cron(5 22 20 11 ? 2026)',
  RestoreTestValidationWindowHours: '5',
  RestoreTestVaultArns: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:nightly',
};
export const VALIDATION_SCRIPT = {
  SourceS3Path: 'https://s3.eu-west-1.amazonaws.com/scripts/check.sh',
  CommandToRun: 'check.sh',
  TagKey: 'role',
  TagValue: 'web',
};
const DAY_SECONDS = 24 * 3600;

/** The worker of EFS-to-EFS does not back up `another file system`: only sizes tell of it. */
export type Source = 'a table' | 'an instance' | 'a file system' | 'another file system';
export interface Kind {
  source: Source;
  isScheduled: boolean;
}

/** How a restore goes; the seconds are few, as a test of a test waits for nothing else. */
export type Damage = Partial<NonNullable<World['restoreJobs']>[number]>;

interface Options {
  kind: Kind;
  damage?: Damage;
  parameters?: Record<string, string>;
  faults?: Fault[];
  doubts?: PinnedDoubts;
  seed?: number;
}

/** The world of the tests of a source; that of `a file system` has the worker of EFS-to-EFS, which compares its files. */
export function worldOf(source: Source, damage: Damage = {}): World {
  const usual = defaultWorld(WORKFLOW);
  const restoreJobs: World['restoreJobs'] = [{ Resource: '*', State: 'COMPLETED', ...damage }];
  if (source === 'a table') return { ...usual, restoreJobs };
  const point = { BackupVaultName: 'nightly', CreationDate: '2026-11-20T02:00:00Z' };
  if (source === 'an instance')
    return {
      ...usual,
      tables: [],
      instances: [{ InstanceId: INSTANCE, Tags: { role: 'web', 'backup-job': 'true' }, VolumeIds: ['vol-1', 'vol-2'] }],
      recoveryPoints: [
        {
          ...point,
          RecoveryPointArn: 'arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0',
          ResourceArn: INSTANCE_ARN,
          ResourceType: 'EC2',
          Tags: { 'restore-test': 'true', 'backup-job': 'true' },
        },
      ],
      restoreJobs,
      parameters: {
        ...usual.parameters,
        RestoreTestInstances: 'Yes',
        RestoreTestS3PrefixListId: 'pl-6da54004',
        RestoreTestScriptBucketName: 'scripts',
      },
    };
  const ofFileSystem: World = {
    ...usual,
    tables: [],
    recoveryPoints: [
      {
        ...point,
        RecoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:0a1b2c3d-0000-4000-8000-000000000004',
        ResourceArn: FILE_SYSTEM_ARN,
        ResourceType: 'EFS',
        BackupSizeInBytes: 5_000_000_000,
        Tags: { 'restore-test': 'true' },
      },
    ],
    restoreJobs,
  };
  if (source === 'another file system') return { ...ofFileSystem, fileSystems: [{ FileSystemId: FILE_SYSTEM }] };
  const { parameters, fileSystems, ...copies } = defaultWorld('efs-to-efs');
  return {
    ...copies,
    ...ofFileSystem,
    ...(fileSystems && { fileSystems }),
    works: [{ Action: 'compare', Seconds: 1800, Files: 5000, Times: 'always' }],
    parameters: { ...parameters, ...usual.parameters },
  };
}

/** What a schedule of tests of this source alone says. */
export function scheduleOf(source: Source): Record<string, string> {
  return {
    ...SCHEDULE,
    RestoreTestTables: source === 'a table' ? 'Yes' : 'No',
    RestoreTestFileSystems: source.endsWith('file system') ? 'Yes' : 'No',
    RestoreTestSettings: source === 'an instance' ? JSON.stringify({ ValidationScripts: [VALIDATION_SCRIPT] }) : '{}',
  };
}

/** The account in which a test is due; a scheduled one after AWS Backup has restored for it. */
export async function openTest({ kind, damage, parameters, ...options }: Options): Promise<Simulation> {
  const world = worldOf(kind.source, damage);
  const schedule = kind.isScheduled ? scheduleOf(kind.source) : {};
  const simulation = await Simulation.open({
    ...options,
    world: { ...world, parameters: { ...world.parameters, ...schedule, ...parameters } },
  });
  if (kind.isScheduled) {
    const isOver = () => ['COMPLETED', 'FAILED'].includes(testJob(simulation)?.Status ?? '');
    await simulation.account.clock.runUntil(isOver, 2 * DAY_SECONDS);
  }
  return simulation;
}

/** Starts it: a scheduled one under the name that the event of its job would give it. */
export function startTest(simulation: Simulation, { source, isScheduled }: Kind): Started {
  if (isScheduled) {
    const { RestoreJobId = '' } = testJob(simulation) ?? {};
    return simulation.start(WORKFLOW, { RestoreJobId }, RestoreJobId);
  }
  const input = exampleInput(WORKFLOW) as object;
  if (source === 'an instance')
    return simulation.start(WORKFLOW, {
      ...input,
      ResourceArn: INSTANCE_ARN,
      ValidationScripts: [VALIDATION_SCRIPT],
    });
  return simulation.start(WORKFLOW, source === 'a table' ? input : { ...input, ResourceArn: FILE_SYSTEM_ARN });
}

/** The newest restore job. */
export function testJob({ region }: Simulation) {
  return region.backup.ListRestoreJobs({}).RestoreJobs?.[0];
}
