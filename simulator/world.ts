import * as z from 'zod';
import type { Account } from './account';

/**
 * What a `--world` file describes: the account before the run. The parts are those of the services (Ec2World and so
 * on); this checks what a person writes by hand, so that a typing error is named instead of being ignored.
 */
const region = z.string().optional();
const tags = z.record(z.string(), z.string());
const seconds = z.number().min(0);

const script = z.strictObject({
  Contains: z.string(),
  Status: z.enum(['Success', 'Failed', 'TimedOut', 'DeliveryTimedOut', 'Undeliverable', 'Cancelled', 'NoInvocation']),
  Seconds: seconds.optional(),
  ExitCode: z.int().optional(),
  Output: z.string().optional(),
});

const instance = z.strictObject({
  InstanceId: z.string(),
  State: z.enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']).optional(),
  Tags: tags.optional(),
  Platform: z.enum(['Linux', 'Windows']).optional(),
  RootDeviceType: z.enum(['ebs', 'instance-store']).optional(),
  Spot: z.enum(['one-time', 'persistent']).optional(),
  VolumeIds: z.array(z.string()).optional(),
  ReservationId: z.string().optional(),
  StopProtection: z.boolean().optional(),
  InstanceType: z.string().optional(),
  StopSeconds: seconds.optional(),
  StartSeconds: seconds.optional(),
  StartOutcome: z.enum(['InsufficientInstanceCapacity', 'stuck']).optional(),
  StopOutcome: z.enum(['stuck']).optional(),
  Ssm: z.enum(['Online', 'ConnectionLost', 'Unmanaged']).optional(),
  SsmOnlineSeconds: seconds.optional(),
  Scripts: z.array(script).optional(),
  Region: region,
});

const snapshot = z.strictObject({
  SnapshotId: z.string(),
  VolumeId: z.string(),
  State: z.enum(['pending', 'completed', 'error']).optional(),
  StartTime: z.string().optional(),
  Tags: tags.optional(),
  Region: region,
});

const backupJob = z.strictObject({
  Resource: z.string(),
  State: z.enum(['COMPLETED', 'PARTIAL', 'FAILED', 'ABORTED', 'EXPIRED']),
  StatusMessage: z.string().optional(),
  DurationSeconds: seconds.optional(),
  CreatedSeconds: seconds.optional(),
  SnapshotSeconds: seconds.nullable().optional(),
  Times: z.int().min(1).optional(),
});

const recoveryPoint = z.strictObject({
  RecoveryPointArn: z.string(),
  BackupVaultName: z.string(),
  ResourceArn: z.string(),
  ResourceType: z.string(),
  IamRoleArn: z.string().optional(),
  Status: z.enum(['COMPLETED', 'PARTIAL', 'DELETING', 'EXPIRED']).optional(),
  CreationDate: z.string().optional(),
  CompletionDate: z.string().optional(),
  BackupSizeInBytes: z.number().optional(),
  Lifecycle: z
    .strictObject({ MoveToColdStorageAfterDays: z.number().optional(), DeleteAfterDays: z.number().optional() })
    .optional(),
  Tags: tags.optional(),
  Region: region,
});

const role = z.strictObject({
  RoleName: z.string(),
  Path: z.string().optional(),
  TrustedServices: z.array(z.string()),
  ManagedPolicies: z.array(z.string()).default([]),
});

const worldSchema = z.strictObject({
  /** ISO 8601: when virtual time begins. */
  startAt: z.iso.datetime().optional(),
  region: z.string().optional(),
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'must have 12 digits')
    .optional(),
  consistencyDelaySeconds: seconds.optional(),
  /** Parameters of template.yaml. */
  parameters: z.record(z.string(), z.string()).optional(),
  instances: z.array(instance).optional(),
  ebsSnapshots: z.array(snapshot).optional(),
  vaults: z.array(z.strictObject({ BackupVaultName: z.string(), Region: region })).optional(),
  backupJobs: z.array(backupJob).optional(),
  recoveryPoints: z.array(recoveryPoint).optional(),
  roles: z.array(role).optional(),
});

export type World = z.output<typeof worldSchema>;

const faultSchema = z.union([
  z.strictObject({
    call: z.string().regex(/^(\*|[a-z0-9-]+:[A-Za-z]+)$/, 'must be like ec2:StopInstances, or *'),
    fault: z.enum([
      'throttle',
      'serverError',
      'accessDenied',
      'timeout',
      'timeoutAfterSuccess',
      'slow',
      'staleRead',
      'crashAfter',
    ]),
    nth: z.int().min(1).optional(),
    times: z.union([z.int().min(1), z.literal('always')]).optional(),
    by: z.string().optional(),
    delaySeconds: seconds.optional(),
  }),
  z.strictObject({
    event: z.string(),
    fault: z.enum(['lose', 'repeat', 'delay', 'reorder', 'foreign']),
    nth: z.int().min(1).optional(),
    times: z.union([z.int().min(1), z.literal('always')]).optional(),
    delaySeconds: seconds.optional(),
  }),
]);

/** Reads the JSON of a world file; throws one Error that lists everything wrong in it. */
export function parseWorld(json: unknown): World {
  return parseOrExplain(worldSchema, json, 'world');
}

/** Reads the JSON of a faults file; throws one Error that lists everything wrong in it. */
export function parseFaults(json: unknown): z.output<typeof faultSchema>[] {
  return parseOrExplain(z.array(faultSchema), json, 'faults');
}

function parseOrExplain<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new Error(`The ${what} file is not valid (docs/simulator.md describes it):\n${z.prettifyError(result.error)}`);
}

/** Puts a world into an account that has nothing in it yet. */
export function loadWorld(account: Account, world: World): void {
  const declared = [...(world.instances ?? []), ...(world.vaults ?? []), ...(world.recoveryPoints ?? [])];
  const regions = new Set([account.homeRegion, ...declared.flatMap(({ Region }) => Region ?? [])]);
  for (const name of regions) {
    const region = account.region(name);
    region.ec2.load(world);
    region.backup.load(world);
  }
  account.region().iam.load(world);
}

/** The account as it is now, in the form of a world file. */
export function saveWorld(account: Account): World & { startAt: string; region: string; accountId: string } {
  const regions = account.allRegions;
  const ec2 = regions.map((region) => region.ec2.snapshot());
  const backup = regions.map((region) => region.backup.snapshot());
  return {
    startAt: account.clock.date.toISOString(),
    region: account.homeRegion,
    accountId: account.id,
    instances: ec2.flatMap(({ instances }) => instances),
    ebsSnapshots: ec2.flatMap(({ ebsSnapshots }) => ebsSnapshots),
    vaults: backup.flatMap(({ vaults }) => vaults),
    backupJobs: backup[0]?.backupJobs ?? [],
    recoveryPoints: backup.flatMap(({ recoveryPoints }) => recoveryPoints),
    roles: account.region().iam.snapshot().roles,
  };
}
