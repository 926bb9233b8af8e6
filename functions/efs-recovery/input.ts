import * as z from 'zod';
import { describeIssues } from '../shared/input';

/** The inputs of efs-backup and efs-copy-restore. Keys are those of the documents before us; the optional ones are new. */
const fileSystemId = z
  .string()
  .regex(/^fs-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be a file system id such as fs-0123456789abcdef0');
const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role');
const vaultName = z.string().regex(/^[a-zA-Z0-9\-_]{2,50}$/, 'must be 2 to 50 letters, digits, hyphens or underscores');
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region name such as eu-central-1');
const tags = z.record(z.string().min(1).max(128), z.string().max(256));

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

const backupSchema = z
  .strictObject({
    FileSystemID: fileSystemId,
    BackupVaultName: vaultName,
    BackupJobIamRoleArn: roleArn,
    AutomationAssumeRole: roleArn.optional(),
    Lifecycle: lifecycle.optional(),
    RecoveryPointTags: tags.optional(),
    StartWindowMinutes: z.int().min(60).optional(),
    CompleteWindowMinutes: z.int().min(120).optional(),
  })
  .check((context) => {
    const { StartWindowMinutes, CompleteWindowMinutes } = context.value;
    if (CompleteWindowMinutes !== undefined && CompleteWindowMinutes < (StartWindowMinutes ?? 480) + 60) {
      context.issues.push({
        code: 'custom',
        path: ['CompleteWindowMinutes'],
        message: 'must be at least 60 minutes longer than StartWindowMinutes (480 if not given)',
        input: context.value,
      });
    }
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
  /** Where the file system lives or lived; the stack's region by default. Give it when the stack is in the destination. */
  SourceRegionName: region.optional(),
  DestinationKmsKeyId: z.string().min(1).max(2048).optional(),
  Lifecycle: lifecycle.optional(),
  MountTargets: z
    .array(
      z.strictObject({
        SubnetId: z.string().regex(/^subnet-[0-9a-f]+$/, 'is not a subnet id'),
        SecurityGroupIds: z.array(z.string()).max(5).optional(),
      }),
    )
    .max(10)
    .optional(),
  DeleteOnFailure: z.boolean().default(false),
  DryRun: z.boolean().default(false),
});

export type BackupSettings = z.output<typeof backupSchema>;
export type RecoverySettings = z.output<typeof recoverySchema>;

/** Reads the input of efs-backup. Returns every problem at once; never throws. */
export function parseBackupInput(input: unknown): { settings?: BackupSettings; problems: string[] } {
  const result = backupSchema.safeParse(input);
  return result.success
    ? { settings: result.data, problems: [] }
    : { problems: describeIssues(result.error, Object.keys(backupSchema.shape)) };
}

/** Reads the input of efs-copy-restore. Returns every problem at once; never throws. */
export function parseRecoveryInput(input: unknown): { settings?: RecoverySettings; problems: string[] } {
  const result = recoverySchema.safeParse(input);
  if (!result.success) return { problems: describeIssues(result.error, Object.keys(recoverySchema.shape)) };
  const vaultRegion = result.data.BackupVaultDestinationArn.split(':')[3];
  if (vaultRegion === result.data.DestinationRegionName) return { settings: result.data, problems: [] };
  return {
    settings: result.data,
    problems: [
      `BackupVaultDestinationArn: the vault is in ${vaultRegion}, DestinationRegionName is ${result.data.DestinationRegionName}`,
    ],
  };
}
