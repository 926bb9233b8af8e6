import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';

/**
 * The input of the pre-post-backup state machine. Limits are those of the AWS APIs that the values go to; seed values
 * that were tighter than real ones (a script path of at most 50 characters, say) are not kept, see docs/decisions.
 */
const tagKey = z.string().min(1).max(128);

const script = z.strictObject({
  SourceS3Path: z
    .string()
    .max(2048)
    .regex(
      /^https:\/\/[^\s]+$/,
      'must be the https:// address of an object in S3, e.g. https://bucket.s3.amazonaws.com/scripts/pre.sh',
    ),
  CommandToRun: z.string().min(1).max(8192),
  WorkingDirectory: z.string().max(1024).optional(),
  /** Delivery: SSM does not start the script any more after so long (API_SendCommand TimeoutSeconds). */
  TimeoutInSeconds: z.coerce.number().int().min(30).max(2_592_000).default(600),
  /** Execution: SSM ends the script after so long (AWS-RunRemoteScript executionTimeout, at most 48 hours). */
  ExecutionTimeoutInSeconds: z.coerce.number().int().min(1).max(172_800).default(3600),
  OutputS3BucketName: z.string().min(3).max(63).optional(),
  OutputS3KeyPrefix: z.string().min(1).max(500).optional(),
});

const backup = z
  .strictObject({
    BackupVaultName: z
      .string()
      .regex(/^[a-zA-Z0-9\-_]{2,50}$/, 'must be 2 to 50 letters, digits, hyphens or underscores'),
    IamRoleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role'),
    StartWindowMinutes: z.int().min(60).optional(),
    CompleteWindowMinutes: z.int().min(120).optional(),
    Lifecycle: z
      .strictObject({
        MoveToColdStorageAfterDays: z.int().min(1).optional(),
        DeleteAfterDays: z.int().min(1).optional(),
      })
      .optional(),
    RecoveryPointTags: z.record(tagKey, z.string().max(256)).optional(),
    WindowsVSS: z.boolean().optional(),
  })
  .check((context) => {
    const { StartWindowMinutes, CompleteWindowMinutes, Lifecycle } = context.value;
    const complain = (path: string, message: string) =>
      context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    if (CompleteWindowMinutes !== undefined && CompleteWindowMinutes < (StartWindowMinutes ?? 480) + 60) {
      complain(
        'CompleteWindowMinutes',
        'must be at least 60 minutes longer than StartWindowMinutes (480 if not given)',
      );
    }
    const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: deleted } = Lifecycle ?? {};
    if (cold !== undefined && deleted !== undefined && deleted < cold + 90) {
      complain('Lifecycle', 'DeleteAfterDays must be at least 90 days more than MoveToColdStorageAfterDays');
    }
  });

const schema = z
  .strictObject({
    TargetEC2TagKey: tagKey.optional(),
    TargetEC2TagValue: z.string().max(256).optional(),
    TargetEC2Instances: z
      .array(z.string().regex(/^i-([0-9a-f]{8}|[0-9a-f]{17})$/, 'is not an instance id'))
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
    MaxConcurrentGroups: z.int().min(1).max(1000).default(100),
  })
  .check((context) => {
    const { TargetEC2TagKey: key, TargetEC2TagValue: value, TargetEC2Instances: ids } = context.value;
    const complain = (message: string) =>
      context.issues.push({ code: 'custom', path: [], message, input: context.value });
    const byTag = key !== undefined || value !== undefined;
    if (byTag && ids !== undefined)
      complain('give either TargetEC2TagKey and TargetEC2TagValue or TargetEC2Instances, not both');
    if (!byTag && ids === undefined) complain('give TargetEC2TagKey and TargetEC2TagValue, or TargetEC2Instances');
    if (byTag && (key === undefined || value === undefined))
      complain('TargetEC2TagKey and TargetEC2TagValue go together');
    if (ids?.length === 0) complain('TargetEC2Instances is empty');
  });

export type ScriptDetails = z.output<typeof script>;
export type Settings = z.output<typeof schema>;

/** Reads the input. Returns every problem at once, each naming the key and what it should be; never throws. */
export function parseInput(input: unknown): { settings?: Settings; problems: string[] } {
  const result = schema.safeParse(input);
  if (result.success) return { settings: result.data, problems: [] };
  return { problems: result.error.issues.flatMap(describeIssue) };
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${path ? `${path}.` : ''}${key} is not a key of the input${hint(key)}`);
  }
  return [`${path ? `${path}: ` : ''}${issue.message}`];
}

const KEYS = [
  schema,
  backup,
  script,
  backup.shape.Lifecycle.unwrap(),
  schema.shape.RemoteRunCommandDetails.unwrap(),
].flatMap((object) => Object.keys(object.shape));

function hint(key: string): string {
  const nearest = closest(key, KEYS);
  return distance(key.toLowerCase(), nearest.toLowerCase()) <= 4 ? `; did you mean ${nearest}?` : '';
}
