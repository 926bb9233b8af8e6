import * as z from 'zod';
import { DEFAULT_START_WINDOW_MINUTES } from '../shared/backup-window';
import { describeIssues, plainMessage, withoutEmptyKeys } from '../shared/input';
import { recoveryPointTags } from '../shared/recovery-point-tags';

/** The inputs of efs-backup and efs-copy-restore. Keys are those of the SSM documents that these workflows replace; optional keys that they did not have are new. */
const fileSystemId = z
  .string()
  .regex(/^fs-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be a file system id such as fs-0123456789abcdef0');
const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role');
/** AWS's own vaults have slashes in their names, against the API's documented pattern. */
const vaultName = z
  .string()
  .regex(
    /^([a-zA-Z0-9\-_]{2,50}|aws\/[a-zA-Z0-9\-_/]{2,46})$/,
    'must be 2 to 50 letters, digits, hyphens or underscores',
  );
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region name such as eu-central-1');
/** The state machine waits for a job that starts within a week and runs for 30 days. */
const LONGEST_START_WINDOW_MINUTES = 7 * 24 * 60;
const LONGEST_COMPLETE_WINDOW_MINUTES = 37 * 24 * 60;

const lifecycle = z
  .strictObject({ MoveToColdStorageAfterDays: z.int().min(1).optional(), DeleteAfterDays: z.int().min(1).optional() })
  .check((context) => {
    const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: deleted } = context.value;
    if (cold !== undefined && deleted !== undefined && deleted < cold + 90) {
      context.issues.push({
        code: 'custom',
        message: 'DeleteAfterDays must be at least 90 days more than MoveToColdStorageAfterDays',
        input: context.value,
      });
    }
  });

const backupSchema = z.strictObject({
  FileSystemID: fileSystemId,
  BackupVaultName: vaultName,
  BackupJobIamRoleArn: roleArn,
  AutomationAssumeRole: roleArn.optional(),
  Lifecycle: lifecycle.optional(),
  RecoveryPointTags: recoveryPointTags.optional(),
  StartWindowMinutes: z.int().min(60).max(LONGEST_START_WINDOW_MINUTES).optional(),
  CompleteWindowMinutes: z.int().min(120).max(LONGEST_COMPLETE_WINDOW_MINUTES).optional(),
  DryRun: z.boolean().default(false),
});

const recoverySchema = z.strictObject({
  FileSystemID: fileSystemId,
  CopyJobIAMRoleArn: roleArn,
  RestoreJobIamRoleArn: roleArn,
  DestinationRegionName: region,
  BackupVaultSourceName: vaultName,
  RecoveryPointArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:recovery-point:.+$/, 'must be the ARN of a recovery point')
    .optional(),
  BackupVaultDestinationArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:.+$/, 'must be the ARN of a backup vault'),
  AutomationAssumeRole: roleArn.optional(),
  /** For a destination vault in another account: a role of that account, used for every call in the destination. */
  DestinationAssumeRole: roleArn.optional(),
  /** Where the file system lives or lived; the stack's region by default. Give it when the stack is in the destination. */
  SourceRegionName: region.optional(),
  /** Restores into One Zone storage, in this zone of the destination. */
  AvailabilityZoneName: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'must be an Availability Zone such as eu-central-1a')
    .optional(),
  DestinationKmsKeyId: z.string().min(1).max(2048).optional(),
  Lifecycle: lifecycle.optional(),
  /** What becomes of the mount targets when the source's file system policy could not be read or put back. */
  UnknownPolicy: z.enum(['Warn', 'NoMountTargets']).default('Warn'),
  MountTargets: z
    .array(
      z.strictObject({
        SubnetId: z.string().regex(/^subnet-[0-9a-f]+$/, 'is not a subnet id'),
        SecurityGroupIds: z
          .array(z.string().regex(/^sg-[0-9a-f]+$/, 'is not a security group id'))
          .max(5)
          .optional(),
      }),
    )
    .max(10)
    .optional(),
  DeleteOnFailure: z.boolean().default(false),
  DryRun: z.boolean().default(false),
});

export type BackupSettings = z.output<typeof backupSchema>;
export type RecoverySettings = z.output<typeof recoverySchema>;

/** What was read of an input. */
interface Parsed<Settings> {
  /** Absent when anything is wrong with the input itself. */
  settings?: Settings;
  /** The values that are well-formed, so that one wrong value does not hide problems with the others. */
  lookup: Partial<Settings>;
  problems: string[];
}

/** Reads the input of efs-backup. Returns every problem at once; never throws. */
export function parseBackupInput(input: unknown): Parsed<BackupSettings> {
  const parsed = parse(backupSchema, input);
  const { StartWindowMinutes = DEFAULT_START_WINDOW_MINUTES, CompleteWindowMinutes } = parsed.lookup;
  if (CompleteWindowMinutes !== undefined && CompleteWindowMinutes < StartWindowMinutes + 60)
    parsed.problems.push(
      `CompleteWindowMinutes: must be at least 60 more than StartWindowMinutes (${DEFAULT_START_WINDOW_MINUTES} if not given)`,
    );
  return parsed;
}

/** Reads the input of efs-copy-restore. Returns every problem at once; never throws. */
export function parseRecoveryInput(input: unknown): Parsed<RecoverySettings> {
  const parsed = parse(recoverySchema, input);
  const { BackupVaultDestinationArn, DestinationRegionName, DestinationKmsKeyId, AvailabilityZoneName } = parsed.lookup;
  const vaultRegion = BackupVaultDestinationArn?.split(':')[3];
  const keyRegion = DestinationKmsKeyId?.startsWith('arn:') ? DestinationKmsKeyId.split(':')[3] : undefined;
  if (DestinationRegionName && vaultRegion && vaultRegion !== DestinationRegionName)
    parsed.problems.push(
      `BackupVaultDestinationArn: the vault is in ${vaultRegion}, DestinationRegionName is ${DestinationRegionName}`,
    );
  if (DestinationRegionName && AvailabilityZoneName && AvailabilityZoneName.slice(0, -1) !== DestinationRegionName)
    parsed.problems.push(
      `AvailabilityZoneName: ${AvailabilityZoneName} is not a zone of DestinationRegionName, ${DestinationRegionName}`,
    );
  if (DestinationRegionName && keyRegion && keyRegion !== DestinationRegionName)
    parsed.problems.push(
      `DestinationKmsKeyId: the key is in ${keyRegion}, DestinationRegionName is ${DestinationRegionName}`,
    );
  return parsed;
}

function parse<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  rawInput: unknown,
): Parsed<z.output<z.ZodObject<Shape, z.core.$strict>>> {
  type Settings = z.output<z.ZodObject<Shape, z.core.$strict>>;
  const input = withoutEmptyKeys(schema, rawInput);
  const given = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const parts = Object.entries(schema.shape).map(([key, type]) => [
    key,
    (type as z.ZodType).safeParse(given[key]).data,
  ]);
  const lookup = Object.fromEntries(parts.filter(([, value]) => value !== undefined)) as Partial<Settings>;
  const result = schema.safeParse(input, { error: plainMessage });
  return result.success
    ? { settings: result.data, lookup, problems: [] }
    : { lookup, problems: describeIssues(result.error, [...Object.keys(schema.shape), ...NESTED_KEYS]) };
}

const NESTED_KEYS = ['MoveToColdStorageAfterDays', 'DeleteAfterDays', 'SubnetId', 'SecurityGroupIds'];
