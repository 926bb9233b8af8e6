import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution } from '../../simulator/asl/execution';
import type { PinnedDoubts } from '../../simulator/doubts';
import type { Fault } from '../../simulator/faults';
import { defaultWorld, exampleInput, Simulation } from '../simulation';
import { parseWorld, type World } from '../world';

export type Workflow = 'efs-backup' | 'efs-copy-restore';

const ACCOUNT = '111122223333';
export const SOURCE = 'eu-west-1';
export const DESTINATION = 'eu-central-1';
export const FILE_SYSTEM = 'fs-0123456789abcdef0';
export const FILE_SYSTEM_ARN = `arn:aws:elasticfilesystem:${SOURCE}:${ACCOUNT}:file-system/${FILE_SYSTEM}`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`;
/** Short, because every look at a job costs a test real time. */
export const JOB_SECONDS = 60;

/** What AWS Backup's own service role is like. */
export const BACKUP_ROLE = {
  TrustedServices: ['backup.amazonaws.com'],
  ManagedPolicies: [
    'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
    'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
  ],
};

type RecoveryPoint = NonNullable<World['recoveryPoints']>[number];

/** A recovery point of the file system; its vault decides where it is. */
export function recoveryPoint(number: number, part: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const region = part.Region ?? SOURCE;
  return {
    RecoveryPointArn: `arn:aws:backup:${region}:${ACCOUNT}:recovery-point:0a1b2c3d-0000-4000-8000-${String(number).padStart(12, '0')}`,
    BackupVaultName: region === SOURCE ? 'nightly' : 'recovery',
    ResourceArn: FILE_SYSTEM_ARN,
    ResourceType: 'EFS',
    CreationDate: `2026-11-${String(number).padStart(2, '0')}T03:00:00Z`,
    ...part,
  };
}

export const IN_DESTINATION = {
  Region: DESTINATION,
  SourceBackupVaultArn: `arn:aws:backup:${SOURCE}:${ACCOUNT}:backup-vault:nightly`,
};

/** A file system with jobs that take a minute; one recovery point for the restore. */
export function world(workflow: Workflow, changes: Partial<World> = {}): World {
  const quick = [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: JOB_SECONDS }];
  const { parameters, ...base } = defaultWorld(workflow);
  return {
    ...base,
    backupJobs: quick,
    ...(workflow === 'efs-copy-restore' && {
      copyJobs: quick,
      restoreJobs: quick,
      recoveryPoints: [recoveryPoint(20, { BackupSizeInBytes: 1024 })],
    }),
    ...changes,
    parameters: { ...parameters, ...changes.parameters },
  };
}

/** The file system of the default worlds, with other settings. */
export function fileSystem(part: Partial<NonNullable<World['fileSystems']>[number]>): World['fileSystems'] {
  return defaultWorld('efs-copy-restore').fileSystems?.map((found) => ({ ...found, ...part }));
}

/** A world of `events/worlds`. */
export function sampleWorld(name: string): World {
  const file = join(__dirname, '../../events/worlds', `${name}.json`);
  return parseWorld(JSON.parse(readFileSync(file, 'utf8')));
}

/** The workflow's sample input with other or further keys; `undefined` takes a key away. */
export function inputWith(workflow: Workflow, keys: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...(exampleInput(workflow) as object), ...keys };
}

interface Given {
  world?: World;
  input?: Record<string, unknown>;
  faults?: Fault[];
  seed?: number;
  doubts?: PinnedDoubts;
}

let current: Simulation | undefined;

/** For afterEach: gives the process its real time back. */
export function close(): void {
  current?.close();
  current = undefined;
}

/** Deploys the stack into the workflow's world. Close it with `close`. */
export async function open(workflow: Workflow, given: Given = {}): Promise<Simulation> {
  const { faults, seed, doubts } = given;
  current = await Simulation.open({ world: given.world ?? world(workflow), faults, seed, doubts });
  return current;
}

/** Runs the workflow to its end, and whatever follows it. */
export async function run(workflow: Workflow, given: Given = {}): Promise<Run> {
  const simulation = await open(workflow, given);
  const execution = simulation.start(workflow, inputWith(workflow, given.input));
  await simulation.finish(execution);
  return new Run(simulation, workflow, execution);
}

/** Lets so many virtual seconds pass. */
export async function pass({ account: { clock } }: Simulation, seconds: number): Promise<void> {
  await clock.runUntil(clock.sleep(seconds), seconds + 1);
}

/** Resolves with the execution that enters a state of a machine first. */
export function entry(simulation: Simulation, machine: string, state: string): Promise<Execution> {
  return new Promise((resolve) => {
    const stop = simulation.account.observer.observe(({ what, subject, detail }) => {
      if (what !== 'history' || detail.event.stateEnteredEventDetails?.name !== state) return;
      const execution = simulation.region.stepFunctions.executions.get(subject);
      if (execution?.machineName !== `backup-workflows-${machine}`) return;
      stop();
      resolve(execution);
    });
  });
}

/** What the runs tell in the end. */
interface Report {
  RecoveryTime?: number;
  BackupJobId?: string;
  BackupSizeInBytes?: number;
  CopyJobId?: string;
  RestoreJobId?: string;
  RecoveryPointArn?: string;
  RestoredFileSystemId?: string;
  RestoredFileSystemArn?: string;
  RestoredDirectory?: string;
  RemovedFileSystemId?: string;
  MountTargetIds?: string[];
  SettingsNotRestored?: string[];
  StepSeconds?: Record<string, number>;
  Warning?: string;
  DryRun?: Record<string, unknown>;
}

/** A run that is over. */
export class Run {
  constructor(
    readonly simulation: Simulation,
    readonly workflow: Workflow,
    readonly execution: Execution,
  ) {}

  get status(): string {
    return this.execution.status;
  }

  get error(): string | undefined {
    return this.execution.error;
  }

  get cause(): string {
    return this.execution.cause ?? '';
  }

  get output(): Report {
    return JSON.parse(this.execution.output ?? '{}');
  }

  /** The run's item in the runs table. */
  get record(): { report?: Report; plan?: { sourceRegion: string } } {
    return this.simulation.runRecord(this.execution) ?? {};
  }

  get notifications() {
    return this.simulation.region.sns.published;
  }

  backup(region = SOURCE) {
    return this.simulation.account.region(region).backup;
  }

  efs(region = DESTINATION) {
    return this.simulation.account.region(region).efs;
  }

  /** The restored file system as the account has it. */
  get restored() {
    return this.efs()
      .snapshot()
      .fileSystems.find(({ FileSystemId }) => FileSystemId === this.record.report?.RestoredFileSystemId);
  }

  /** How often the account was asked to change something of the customer's. */
  get changingCalls(): string[] {
    const changing = /^(backup|elasticfilesystem|ec2):(Start|Create|Delete|Put|Update|Tag|Stop)/;
    return this.simulation.account.endpoint.calls.map(({ call }) => call).filter((call) => changing.test(call));
  }

  get copyJobs() {
    return this.backup(this.record.plan?.sourceRegion).ListCopyJobs({}).CopyJobs ?? [];
  }

  get restoreJobs() {
    return this.backup(DESTINATION).ListRestoreJobs({}).RestoreJobs ?? [];
  }

  get backupJobs() {
    return this.backup().ListBackupJobs({}).BackupJobs ?? [];
  }
}
