import * as z from 'zod';
import { DEFAULT_START_WINDOW_MINUTES } from '../shared/backup-window';
import { describeIssues, plainMessage, withoutEmptyKeys } from '../shared/input';
import { recoveryPointTags } from '../shared/recovery-point-tags';
import { isScriptAddress, SCRIPT_ADDRESS_MESSAGE } from '../shared/scripts/script-address';

/**
 * The input of the pre-post-backup state machine. Limits are those of the AWS APIs that the values go to; seed values
 * that were tighter than real ones (a script path of at most 50 characters, say) are not kept, see docs/decisions.
 */
const tagKey = z.string().min(1).max(128);
/** The former system documented its one number as a string, and showed it as a number. */
const seconds = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );
/** A longer window would exceed the timeout of the state machine. */
const WINDOW_MAX_MINUTES = 30 * 24 * 60;
const INSTANCE_ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

const script = z.strictObject({
  SourceS3Path: z.string().max(2048).refine(isScriptAddress, SCRIPT_ADDRESS_MESSAGE),
  CommandToRun: z.string().min(1).max(8192),
  WorkingDirectory: z.string().max(1024).optional(),
  /** Delivery: after this time SSM does not start the script (API_SendCommand TimeoutSeconds). */
  TimeoutInSeconds: seconds(30, 2_592_000).default(600),
  /** Execution: after this time SSM ends the script (AWS-RunRemoteScript executionTimeout, at most 48 hours). */
  ExecutionTimeoutInSeconds: seconds(1, 172_800).default(3600),
  OutputS3BucketName: z.string().min(3).max(63).optional(),
  OutputS3KeyPrefix: z.string().min(1).max(500).optional(),
});

const backup = z.strictObject({
  BackupVaultName: z
    .string()
    .regex(/^[a-zA-Z0-9\-_]{2,50}$/, 'must be 2 to 50 letters, digits, hyphens or underscores'),
  IamRoleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role'),
  StartWindowMinutes: z.int().min(60).max(WINDOW_MAX_MINUTES).optional(),
  CompleteWindowMinutes: z.int().min(120).max(WINDOW_MAX_MINUTES).optional(),
  Lifecycle: z
    .strictObject({
      MoveToColdStorageAfterDays: z.int().min(1).optional(),
      DeleteAfterDays: z.int().min(1).optional(),
    })
    .optional(),
  RecoveryPointTags: recoveryPointTags.optional(),
  WindowsVSS: z.boolean().optional(),
});

const schema = z.strictObject({
  TargetEC2TagKey: tagKey.optional(),
  TargetEC2TagValue: z.string().max(256).optional(),
  /** The former system documented 0 to 50 ids: an empty list counts as absent. */
  TargetEC2Instances: z
    .array(z.string().regex(INSTANCE_ID, { error: ({ input }) => `${input} is not an instance id` }))
    .max(50)
    .optional(),
  StartStopEC2Required: z.boolean().default(false),
  RemoteRunCommandDetails: z
    .strictObject({ PreBackupScriptDetails: script.optional(), PostBackupScriptDetails: script.optional() })
    .optional(),
  BackupDetails: backup,
  GroupBy: z
    .string()
    .regex(/^(all|tag:.{1,128})$/, 'must be "all" or "tag:" and a tag key')
    .optional(),
  OnScriptFailure: z.enum(['Abort', 'CrashConsistent', 'Skip']).default('Abort'),
  ResumeAfter: z.enum(['BackupCompleted', 'SnapshotStarted']).default('BackupCompleted'),
  /** From the stop of the instances until their backup jobs run. Past it the run gives the backup up and starts them. */
  MaxMinutesStopped: z.int().min(5).max(WINDOW_MAX_MINUTES).default(60),
  /** A run that finds fewer instances begins nothing: a tag that was taken off is no reason for a green night. */
  MinimumTargets: z.int().min(1).max(100_000).optional(),
  MaxConcurrentGroups: z.int().min(1).max(1000).default(100),
  /** Only looks at everything, and says what would be done. */
  DryRun: z.boolean().default(false),
});

export type ScriptDetails = z.output<typeof script>;
export type Settings = z.output<typeof schema>;

/** The names that the preflight looks up in the account. Of an invalid input: those of its valid parts. */
export interface Lookup {
  instanceIds: string[];
  tag?: { key: string; value: string };
  groupBy?: string;
  isStopRequired: boolean;
  hasScripts: boolean;
  vaultName?: string;
  roleArn?: string;
  deleteAfterDays?: number;
  minimumTargets?: number;
}

/** Reads the input. Returns all problems, each with its key and the valid form. Never throws. */
export function parseInput(given: unknown): {
  settings?: Settings;
  lookup: Lookup;
  problems: string[];
  warnings: string[];
} {
  const input = withoutEmptyKeys(schema, given);
  const result = schema.safeParse(input, { error: plainMessage });
  const problems = [...(result.error ? describeIssues(result.error, KEYS) : []), ...contradictions(input)];
  const lookup = lookupOf(input);
  const warnings = result.data ? ineffective(result.data) : [];
  return problems.length === 0 ? { settings: result.data, lookup, problems, warnings } : { lookup, problems, warnings };
}

/** Settings that AWS accepts and that have no effect, or less than their name says. */
function ineffective({ StartStopEC2Required, BackupDetails }: Settings): string[] {
  const { WindowsVSS, Lifecycle } = BackupDetails;
  return [
    ...(WindowsVSS && StartStopEC2Required
      ? [
          'BackupDetails.WindowsVSS has no effect with StartStopEC2Required: VSS needs a running Windows, and the instances are stopped',
        ]
      : []),
    ...(Lifecycle?.MoveToColdStorageAfterDays !== undefined
      ? [
          'BackupDetails.Lifecycle.MoveToColdStorageAfterDays has no effect: AWS Backup has no cold storage for EC2 recovery points, which stay warm until DeleteAfterDays',
        ]
      : []),
  ];
}

/** Checks values against each other. Not part of the schema: zod skips such checks while any value is invalid. */
function contradictions(input: unknown): string[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  const { TargetEC2TagKey: key, TargetEC2TagValue: value, TargetEC2Instances: ids, BackupDetails } = membersOf(input);
  const { StartWindowMinutes: start, CompleteWindowMinutes: complete, Lifecycle } = membersOf(BackupDetails);
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: deleted } = membersOf(Lifecycle);
  // An empty value is a tag's value; without a key it is a form's empty field.
  const byTag = key !== undefined || (value !== undefined && value !== '');
  const byIds = Array.isArray(ids) ? ids.length > 0 : ids !== undefined;
  const startMinutes = typeof start === 'number' ? start : DEFAULT_START_WINDOW_MINUTES;
  return [
    ...(byTag && byIds ? ['give either TargetEC2TagKey and TargetEC2TagValue or TargetEC2Instances, not both'] : []),
    ...(!byTag && !byIds ? ['give TargetEC2TagKey and TargetEC2TagValue, or TargetEC2Instances'] : []),
    ...(byTag && key === undefined ? ['TargetEC2TagKey is missing; it goes with TargetEC2TagValue'] : []),
    ...(byTag && value === undefined ? ['TargetEC2TagValue is missing; it goes with TargetEC2TagKey'] : []),
    ...(typeof complete === 'number' && complete < startMinutes + 60
      ? [
          `BackupDetails.CompleteWindowMinutes: must be at least 60 more than StartWindowMinutes (${DEFAULT_START_WINDOW_MINUTES} if not given)`,
        ]
      : []),
    ...(typeof cold === 'number' && typeof deleted === 'number' && deleted < cold + 90
      ? ['BackupDetails.Lifecycle.DeleteAfterDays: must be at least 90 more than MoveToColdStorageAfterDays']
      : []),
  ];
}

/** Reads part by part, so that one invalid value does not prevent the look-ups of the others. */
function lookupOf(input: unknown): Lookup {
  const { TargetEC2Instances, RemoteRunCommandDetails, BackupDetails, ...rest } = membersOf(input);
  const part = <T>(type: z.ZodType<T>, value: unknown): T | undefined => type.safeParse(value).data;
  const { shape } = schema;
  const ids: unknown[] = Array.isArray(TargetEC2Instances) ? TargetEC2Instances : [];
  const instanceIds = ids.filter((id): id is string => typeof id === 'string' && INSTANCE_ID.test(id));
  const key = part(tagKey, rest.TargetEC2TagKey);
  const value = part(shape.TargetEC2TagValue, rest.TargetEC2TagValue);
  const { PreBackupScriptDetails, PostBackupScriptDetails } = membersOf(RemoteRunCommandDetails);
  return {
    instanceIds,
    ...(key !== undefined && value !== undefined && { tag: { key, value } }),
    groupBy: part(shape.GroupBy, rest.GroupBy),
    isStopRequired: part(shape.StartStopEC2Required, rest.StartStopEC2Required) ?? false,
    hasScripts: PreBackupScriptDetails !== undefined || PostBackupScriptDetails !== undefined,
    vaultName: part(backup.shape.BackupVaultName, membersOf(BackupDetails).BackupVaultName),
    roleArn: part(backup.shape.IamRoleArn, membersOf(BackupDetails).IamRoleArn),
    minimumTargets: part(shape.MinimumTargets, rest.MinimumTargets),
    deleteAfterDays: part(backup.shape.Lifecycle, membersOf(BackupDetails).Lifecycle)?.DeleteAfterDays,
  };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

const KEYS = [
  schema,
  backup,
  script,
  backup.shape.Lifecycle.unwrap(),
  schema.shape.RemoteRunCommandDetails.unwrap(),
].flatMap((object) => Object.keys(object.shape));
