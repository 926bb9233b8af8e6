import type { TransitionToIARules } from '@aws-sdk/client-efs';
import type { KeyState } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { isRegion } from './aws-regions';
import { CALL_FAULTS, EVENT_FAULTS, type Fault } from './faults';
import type { Account } from './places';
import { tableAsItWas, tableResources } from './world/tables';

/** Not the SDK's own lists: a world is read before any client is needed, and loading one takes tenths of a second. */
const KEY_STATES = [
  'Creating',
  'Disabled',
  'Enabled',
  'PendingDeletion',
  'PendingImport',
  'PendingReplicaDeletion',
  'Unavailable',
  'Updating',
] as const satisfies KeyState[];
const TRANSITIONS = [
  'AFTER_1_DAY',
  'AFTER_7_DAYS',
  'AFTER_14_DAYS',
  'AFTER_30_DAYS',
  'AFTER_60_DAYS',
  'AFTER_90_DAYS',
  'AFTER_180_DAYS',
  'AFTER_270_DAYS',
  'AFTER_365_DAYS',
] as const satisfies TransitionToIARules[];

/**
 * What a `--world` file describes: the account before the run. The parts are those of the services (Ec2World and so
 * on); this checks what a person writes by hand, so that a typing error is named instead of being ignored.
 */
const knownRegion = z.string().refine(isRegion, { error: ({ input }) => `${input} is not a region of AWS` });
const region = knownRegion.optional();
const tags = z.record(z.string(), z.string());
export const seconds = z.number().min(0);
const percent = z.number().min(0).max(100);
const policy = z.record(z.string(), z.unknown());

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
  StartOutcome: z.enum(['InsufficientInstanceCapacity', 'keyRefused', 'stuck']).optional(),
  VolumeKmsKeyId: z.string().optional(),
  StopOutcome: z.enum(['stuck']).optional(),
  Ssm: z.enum(['Online', 'ConnectionLost', 'Unmanaged']).optional(),
  SsmOnlineSeconds: seconds.optional(),
  StatusChecks: z.enum(['ok', 'impaired']).optional(),
  Scripts: z.array(script).optional(),
  Region: region,
});

const key = z.strictObject({
  KeyId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the last part of a key ARN'),
  KeyState: z.enum(KEY_STATES).optional(),
  KeyManager: z.enum(['AWS', 'CUSTOMER']).optional(),
  Policy: policy.optional(),
  Grants: z.array(z.strictObject({ GranteePrincipal: z.string(), Operations: z.array(z.string()) })).optional(),
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

export const times = z.union([z.int().min(1), z.literal('always')]).optional();

const launch = z.strictObject({
  Error: z.enum(['InsufficientInstanceCapacity', 'UnauthorizedOperation', 'InvalidAMIID.NotFound']).optional(),
  LaunchSeconds: seconds.optional(),
  StartSeconds: seconds.optional(),
  StartOutcome: z.enum(['stuck']).optional(),
  Ssm: z.enum(['Online', 'ConnectionLost', 'Unmanaged']).optional(),
  SsmOnlineSeconds: seconds.optional(),
  InterruptedAfterSeconds: seconds.optional(),
  FailsAfterSeconds: seconds.optional(),
  ReplacedAfterSeconds: seconds.optional(),
  Times: times,
});

const metric = z.strictObject({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: tags,
  Value: z.number(),
  ChangePerHour: z.number().optional(),
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

const copyJob = z.strictObject({
  Resource: z.string(),
  State: z.enum(['COMPLETED', 'PARTIAL', 'FAILED']),
  StatusMessage: z.string().optional(),
  DurationSeconds: seconds.optional(),
  CreatedSeconds: seconds.optional(),
  Times: z.int().min(1).optional(),
});

const restoreJob = z.strictObject({
  Resource: z.string(),
  State: z.enum(['COMPLETED', 'FAILED', 'ABORTED']),
  StatusMessage: z.string().optional(),
  DurationSeconds: seconds.optional(),
  CreatedSeconds: seconds.optional(),
  LeavesFileSystem: z.boolean().optional(),
  LeavesTable: z.boolean().optional(),
  LosesVolume: z.boolean().optional(),
  NeverBoots: z.boolean().optional(),
  Scripts: z.array(script).optional(),
  LosesFilesPercent: percent.optional(),
  LosesIndexes: z.array(z.string()).optional(),
  LosesItemsPercent: percent.optional(),
  ChangesItemsPercent: percent.optional(),
  DeletionFails: z.string().optional(),
  Times: z.int().min(1).optional(),
});

const vault = z.strictObject({
  BackupVaultName: z.string(),
  EncryptionKeyArn: z.string().optional(),
  Locked: z.boolean().optional(),
  MinRetentionDays: z.int().min(1).optional(),
  MaxRetentionDays: z.int().min(1).optional(),
  LockDate: z.string().optional(),
  VaultType: z.enum(['BACKUP_VAULT', 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT', 'RESTORE_ACCESS_BACKUP_VAULT']).optional(),
  VaultState: z.enum(['CREATING', 'AVAILABLE', 'FAILED']).optional(),
  AccessPolicy: policy.optional(),
  Region: region,
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
  RestoreMetadata: z.record(z.string(), z.string()).optional(),
  SourceBackupVaultArn: z.string().optional(),
  EncryptionKeyArn: z.string().optional(),
  Table: tableAsItWas.optional(),
  Region: region,
});

export const fileSystemSchema = z.strictObject({
  FileSystemId: z.string().regex(/^fs-[0-9a-f]{8,40}$/, 'must be like fs-0123456789abcdef0'),
  CreationToken: z.string().optional(),
  Encrypted: z.boolean().optional(),
  KmsKeyId: z.string().optional(),
  PerformanceMode: z.enum(['generalPurpose', 'maxIO']).optional(),
  ThroughputMode: z.enum(['bursting', 'provisioned', 'elastic']).optional(),
  ProvisionedThroughputInMibps: z.number().optional(),
  AvailabilityZoneName: z.string().optional(),
  SizeInBytes: z.number().min(0).optional(),
  Tags: tags.optional(),
  LifecyclePolicies: z
    .array(
      z.strictObject({
        TransitionToIA: z.enum(TRANSITIONS).optional(),
        TransitionToArchive: z.enum(TRANSITIONS).optional(),
        TransitionToPrimaryStorageClass: z.enum(['AFTER_1_ACCESS']).optional(),
      }),
    )
    .optional(),
  BackupPolicy: z.enum(['ENABLED', 'DISABLED']).optional(),
  FileSystemPolicy: policy.optional(),
  ReplicatesTo: z.array(z.strictObject({ FileSystemId: z.string(), Region: z.string() })).optional(),
  Protection: z.strictObject({ ReplicationOverwriteProtection: z.enum(['ENABLED', 'DISABLED']) }).optional(),
  MountTargets: z
    .array(
      z.strictObject({
        MountTargetId: z.string().optional(),
        SubnetId: z.string(),
        SecurityGroupIds: z.array(z.string()).optional(),
        IpAddress: z.string().optional(),
      }),
    )
    .optional(),
  AccessPoints: z
    .array(
      z.strictObject({
        AccessPointId: z.string().optional(),
        ClientToken: z.string().optional(),
        PosixUser: z
          .strictObject({ Uid: z.int(), Gid: z.int(), SecondaryGids: z.array(z.int()).optional() })
          .optional(),
        RootDirectory: z
          .strictObject({
            Path: z.string().optional(),
            CreationInfo: z.strictObject({ OwnerUid: z.int(), OwnerGid: z.int(), Permissions: z.string() }).optional(),
          })
          .optional(),
        Tags: tags.optional(),
      }),
    )
    .optional(),
  Directories: z.array(z.string()).optional(),
  Region: region,
});

const subnet = z.strictObject({
  SubnetId: z.string(),
  VpcId: z.string(),
  AvailabilityZone: z.string(),
  Region: region,
});

const securityGroup = z.strictObject({
  GroupId: z.string(),
  VpcId: z.string(),
  GroupName: z.string().optional(),
  Region: region,
});

const role = z.strictObject({
  RoleName: z.string(),
  Path: z.string().optional(),
  TrustedServices: z.array(z.string()),
  TrustedPrincipals: z.array(z.string()).optional(),
  ManagedPolicies: z.array(z.string()).default([]),
  Policies: z.record(z.string(), policy).optional(),
});

/** What an account owns. */
export const resourceShape = {
  keys: z.array(key).optional(),
  instances: z.array(instance).optional(),
  ebsSnapshots: z.array(snapshot).optional(),
  subnets: z.array(subnet).optional(),
  securityGroups: z.array(securityGroup).optional(),
  ebsDefaultKeyId: z.string().optional(),
  fileSystems: z.array(fileSystemSchema).optional(),
  vaults: z.array(vault).optional(),
  backupJobs: z.array(backupJob).optional(),
  copyJobs: z.array(copyJob).optional(),
  restoreJobs: z.array(restoreJob).optional(),
  recoveryPoints: z.array(recoveryPoint).optional(),
  advancedDynamoDbBackup: z.boolean().optional(),
  backupTurnedOff: z.array(z.string()).optional(),
  ...tableResources,
  launches: z.array(launch).optional(),
  metrics: z.array(metric).optional(),
  roles: z.array(role).optional(),
};

const accountId = z.string().regex(/^\d{12}$/, 'must have 12 digits');

/**
 * The schema of world files in which accounts own these `resources`: those of `resourceShape`, and what a project adds
 * for the programs and people of its own.
 */
export function worldSchemaOf<Shape extends z.core.$ZodLooseShape>(resources: Shape) {
  return z.strictObject({
    /** When virtual time begins. */
    startAt: z.iso.datetime('must be an ISO 8601 time in UTC such as 2026-11-20T22:00:00Z').optional(),
    region,
    accountId: accountId.optional(),
    consistencyDelaySeconds: seconds.optional(),
    /** Lambda's quota of concurrent executions in each region. */
    concurrentExecutions: z.int().min(1).optional(),
    /** Parameters of the template. */
    parameters: z.record(z.string(), z.string()).optional(),
    /** Regions that do not answer. */
    unreachableRegions: z.array(knownRegion).optional(),
    /** Regions that the account has not opted in to; by default all that have to be opted in to. */
    disabledRegions: z.array(knownRegion).optional(),
    ...resources,
    /** What other accounts own, by their ids. */
    otherAccounts: z.record(accountId, z.strictObject(resources)).optional(),
  });
}

/** The world file of an account that no project adds anything to. */
const worldSchema = worldSchemaOf(resourceShape);

export type World = z.output<typeof worldSchema>;
type Resources = NonNullable<World['otherAccounts']>[string];

/** What goes wrong with a call, in the faults file. */
export const callFaultSchema = z.strictObject({
  call: z.string().regex(/^(\*|[a-z0-9-]+:[A-Za-z]+)$/, 'must be like ec2:StopInstances, or *'),
  fault: z.enum(CALL_FAULTS),
  nth: z.int().min(1).optional(),
  times,
  by: z.string().optional(),
  delaySeconds: seconds.optional(),
});

/** What goes wrong with an event, in the faults file. */
export const eventFaultSchema = z.strictObject({
  event: z.string(),
  fault: z.enum(EVENT_FAULTS),
  nth: z.int().min(1).optional(),
  times,
  delaySeconds: seconds.optional(),
});

/** A wrong clock, in the faults file. */
export const clockFaultSchema = z.strictObject({
  clock: z.string(),
  fault: z.literal('skew'),
  skewSeconds: z.number(),
});

const faultSchema = z.unknown().transform((fault, context): Fault => {
  // Not a union: of that zod would only say that neither kind fits.
  const has = (key: string) => typeof fault === 'object' && fault !== null && key in fault;
  const schema = has('event') ? eventFaultSchema : has('clock') ? clockFaultSchema : callFaultSchema;
  const result = schema.safeParse(fault, { error: explainMissing });
  if (result.success) return result.data;
  for (const { message, path } of result.error.issues)
    context.issues.push({ code: 'custom', message, path, input: fault });
  return z.NEVER;
});

/** Reads the JSON of a world file; throws one Error that lists everything wrong in it. */
export function parseWorld(json: unknown): World {
  return parseOrExplain(worldSchema, json, 'The world file is not valid');
}

/** The list of a faults file. */
export const faultsSchema = z.array(faultSchema);

/** Reads JSON by a schema; throws one Error that begins with `refusal` and lists everything wrong. */
export function parseOrExplain<T>(schema: z.ZodType<T>, json: unknown, refusal: string): T {
  const result = schema.safeParse(json, { error: explainMissing });
  if (result.success) return result.data;
  throw new Error(`${refusal}:\n${z.prettifyError(result.error)}`);
}

/** Zod's own words for a key that is not there are about the type `undefined`. */
function explainMissing({ code, input }: z.core.$ZodRawIssue): string | undefined {
  return code === 'invalid_type' && input === undefined ? 'is missing' : undefined;
}

/** Puts a world into an account that has nothing in it yet. */
export function loadWorld(account: Account, world: World): void {
  for (const name of world.unreachableRegions ?? []) account.unreachableRegions.add(name);
  loadResources(account, world);
  for (const [id, resources] of Object.entries(world.otherAccounts ?? {})) {
    loadResources(account.addAccount(id), resources);
  }
}

function loadResources(account: Account, world: Resources): void {
  const declared = [
    ...(world.keys ?? []),
    ...(world.instances ?? []),
    ...(world.subnets ?? []),
    ...(world.securityGroups ?? []),
    ...(world.fileSystems ?? []),
    ...(world.vaults ?? []),
    ...(world.recoveryPoints ?? []),
    ...(world.tables ?? []),
    ...(world.tableBackups ?? []),
  ];
  const regions = new Set([account.homeRegion, ...declared.flatMap(({ Region }) => Region ?? [])]);
  for (const name of regions) {
    const region = account.region(name);
    region.kms.load(world);
    region.ec2.load(world);
    region.efs.load(world);
    // Before AWS Backup and the services that look for tables.
    region.dynamodb.loadWorld(world);
    region.applicationAutoScaling.load(world.scalableTargets ?? []);
    region.lambda.eventSourceMappings.load(world.eventSourceMappings ?? []);
    region.pipes.load(world.pipes ?? []);
    region.backup.load(world);
  }
  const home = account.region();
  home.iam.load(world);
  home.autoScaling.load(world.launches ?? []);
  home.cloudWatch.load(world.metrics ?? []);
}

/** The account as it is now, in the form of a world file. */
export function saveWorld(account: Account): World & { startAt: string; region: string; accountId: string } {
  const others = account.allAccounts.filter((other) => other !== account);
  return {
    startAt: account.clock.date.toISOString(),
    region: account.homeRegion,
    accountId: account.id,
    ...(account.unreachableRegions.size ? { unreachableRegions: [...account.unreachableRegions] } : {}),
    ...saveResources(account),
    ...(others.length
      ? { otherAccounts: Object.fromEntries(others.map((other) => [other.id, saveResources(other)])) }
      : {}),
  };
}

function saveResources(account: Account): Resources {
  const regions = account.allRegions;
  const ec2 = regions.map((region) => region.ec2.snapshot());
  const backup = regions.map((region) => region.backup.snapshot());
  const dynamodb = regions.map((region) => region.dynamodb.world());
  return {
    ...filled(
      'keys',
      regions.flatMap((region) => region.kms.snapshot()),
    ),
    instances: ec2.flatMap(({ instances }) => instances),
    ebsSnapshots: ec2.flatMap(({ ebsSnapshots }) => ebsSnapshots),
    subnets: ec2.flatMap(({ subnets }) => subnets),
    securityGroups: ec2.flatMap(({ securityGroups }) => securityGroups),
    ...(account.region().ec2.ebsDefaultKeyId ? { ebsDefaultKeyId: account.region().ec2.ebsDefaultKeyId } : {}),
    fileSystems: regions.flatMap((region) => region.efs.snapshot().fileSystems),
    vaults: backup.flatMap(({ vaults }) => vaults),
    backupJobs: backup[0]?.backupJobs ?? [],
    copyJobs: backup[0]?.copyJobs ?? [],
    restoreJobs: backup[0]?.restoreJobs ?? [],
    recoveryPoints: backup.flatMap(({ recoveryPoints }) => recoveryPoints),
    ...(backup[0]?.advancedDynamoDbBackup === false ? { advancedDynamoDbBackup: false } : {}),
    ...(backup[0]?.backupTurnedOff.length ? { backupTurnedOff: backup[0].backupTurnedOff } : {}),
    tables: dynamodb.flatMap(({ tables }) => tables),
    tableBackups: dynamodb.flatMap(({ tableBackups }) => tableBackups),
    tableJobs: dynamodb[0]?.tableJobs ?? [],
    scalableTargets: regions.flatMap((region) => region.applicationAutoScaling.snapshot()),
    eventSourceMappings: regions.flatMap((region) => region.lambda.eventSourceMappings.toWorld()),
    ...filled(
      'pipes',
      regions.flatMap((region) => region.pipes.snapshot()),
    ),
    ...filled('launches', account.region().autoScaling.snapshot()),
    ...filled('metrics', account.region().cloudWatch.snapshot()),
    roles: account.region().iam.snapshot().roles,
  };
}

/** A member of a world for a list that most worlds do not have. */
function filled<Name extends string, T>(name: Name, list: T[]): { [Key in Name]?: T[] } {
  return list.length > 0 ? ({ [name]: list } as { [Key in Name]: T[] }) : {};
}
