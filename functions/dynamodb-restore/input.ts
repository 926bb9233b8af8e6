import * as z from 'zod';
import { describeIssues, plainMessage, withoutEmptyKeys } from '../shared/input';

/** The inputs of dynamodb-swap-restore and dynamodb-table-operation. */
export const tableName = z
  .string()
  .regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'must be 3 to 255 letters, digits, underscores, dots or hyphens');
const backupArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/.+\/backup\/.+$/, 'must be the ARN of a DynamoDB backup');
const recoveryPointArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:(backup|dynamodb):[a-z0-9-]+:\d{12}:.+$/, 'must be the ARN of a recovery point');
const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role');
const vaultName = z.string().regex(/^[a-zA-Z0-9\-_]{2,50}$/, 'must be 2 to 50 letters, digits, hyphens or underscores');

/** A safety net: the run is refused in any other account. */
export const expectedAccountId = z
  .string()
  .regex(/^\d{12}$/, 'must have 12 digits')
  .optional()
  .meta({ isGuard: true });

const isoDateTime = z.iso.datetime({ offset: true });
const restoreDateTime = z
  .string()
  .refine(
    (text) => text === 'latest' || isoDateTime.safeParse(text).success,
    'must be "latest" or a time with its offset, like 2026-11-20T21:30:00+01:00 (ISO 8601)',
  );

const source = z.discriminatedUnion(
  'Type',
  [
    z.strictObject({
      Type: z.literal('PointInTime'),
      RestoreDateTime: restoreDateTime,
    }),
    z.strictObject({
      Type: z.literal('RecoveryPoint'),
      RecoveryPointArn: recoveryPointArn,
      BackupVaultName: vaultName.optional(),
      IamRoleArn: roleArn.optional(),
    }),
    z.strictObject({ Type: z.literal('Backup'), BackupArn: backupArn }),
  ],
  'Type must be PointInTime, RecoveryPoint or Backup',
);

const tableArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[a-zA-Z0-9_.-]{3,255}$/, 'must be the ARN of a table');
const keyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+$/, 'must be the ARN of a KMS key');
/** The table that the copy is of, when that is another one than TableName: consent to the mapping. */
const sourceTableArn = tableArn.optional();

const protectLastMinute = z.boolean().default(true);

const dryRun = z.boolean().default(false);

const swapSchema = z.strictObject({
  TableName: tableName,
  Source: source,
  SourceTableArn: sourceTableArn,
  /** The key of the restored table; by default that of the table under the name. */
  EncryptionKeyArn: keyArn.optional(),
  Approval: z.enum(['Required', 'Skip']).default('Required'),
  ApprovalTimeoutMinutes: z.int().min(5).max(10_080).default(1440),
  Cleanup: z.boolean().default(true),
  /** Only say what would be done. */
  DryRun: dryRun,
  ExpectedAccountId: expectedAccountId,
  FallbackGraceDays: z.int().min(1).max(365).default(35),
  /** A fallback that is older when the answer comes is made again. */
  FallbackMaxAgeMinutes: z.int().min(5).max(10_080).default(60),
  /** Turn on point-in-time recovery before the deletion: a backup on demand may lack the last minute's writes. */
  ProtectLastMinute: protectLastMinute,
  /** Local secondary indexes that the restored data lacks or has otherwise, by name: consent to lose them. */
  AcceptIndexLoss: z.array(z.string()).default([]),
});

export type SwapSource = z.output<typeof source>;
export type SwapSettings = z.output<typeof swapSchema>;

/** Reads the input of dynamodb-swap-restore. Returns every problem at once; never throws. */
export function parseSwapInput(input: unknown): { settings?: SwapSettings; problems: string[] } {
  const result = swapSchema.safeParse(withoutEmptyKeys(swapSchema, input), { error: plainMessage });
  if (result.success) return { settings: result.data, problems: [] };
  const known = [...Object.keys(swapSchema.shape), ...source.options.flatMap((option) => Object.keys(option.shape))];
  return { problems: describeIssues(result.error, known) };
}

const named = { TableName: tableName, ExpectedAccountId: expectedAccountId, DryRun: dryRun };

const restored = {
  ...named,
  SourceTableArn: sourceTableArn,
  /** Restore beside TableName, under this name. */
  TargetTableName: tableName.optional(),
  /** The key of the restored table; by default that of the copy. */
  EncryptionKeyArn: keyArn.optional(),
};

const executionArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:states:.+:execution:.+$/, "must be the ARN of a run's execution");

const operationSchema = z.discriminatedUnion(
  'Operation',
  [
    z.strictObject({ Operation: z.literal('CreateBackup'), ...named }),
    z.strictObject({ Operation: z.literal('RestoreFromBackup'), ...restored, BackupArn: backupArn }),
    z.strictObject({
      Operation: z.literal('RestoreToPointInTime'),
      ...restored,
      TargetTableName: tableName,
      RestoreDateTime: restoreDateTime,
    }),
    z.strictObject({
      Operation: z.literal('RestoreFromRecoveryPoint'),
      ...restored,
      RecoveryPointArn: recoveryPointArn,
      BackupVaultName: vaultName.optional(),
      IamRoleArn: roleArn.optional(),
    }),
    z.strictObject({
      Operation: z.literal('DeleteTable'),
      ...named,
      /** The table's name once more: consent to the deletion. */
      ConfirmTableName: z.string(),
      /** Consent to taking deletion protection off. */
      RemoveDeletionProtection: z.boolean().default(false),
      SkipBackup: z.boolean().default(false),
      /** Without effect when SkipBackup is true. */
      ProtectLastMinute: protectLastMinute,
    }),
    z.strictObject({
      Operation: z.literal('EnablePointInTimeRecovery'),
      ...named,
      /** Absent: as it is, or 35 when it was off. */
      RecoveryPeriodInDays: z.int().min(1).max(35).optional(),
      /** Consent to a shorter period: what is older can then no longer be restored. */
      AcceptShorterWindow: z.boolean().default(false),
    }),
    z.strictObject({ Operation: z.literal('EnableDeletionProtection'), ...named }),
    z.strictObject({
      Operation: z.literal('VerifyTable'),
      ...named,
      /** The run of dynamodb-swap-restore that restored the table: its execution's ARN. */
      RunId: executionArn,
    }),
    z.strictObject({
      Operation: z.literal('RemoveLeftovers'),
      ...named,
      /** The run of dynamodb-swap-restore that left its duplicate and the backup of it: its execution's ARN. */
      RunId: executionArn,
    }),
  ],
  'Operation must be CreateBackup, RestoreFromBackup, RestoreFromRecoveryPoint, RestoreToPointInTime, DeleteTable, EnablePointInTimeRecovery, EnableDeletionProtection, VerifyTable or RemoveLeftovers',
);

export type OperationSettings = z.output<typeof operationSchema>;

/** Reads the input of dynamodb-table-operation. Returns every problem at once; never throws. */
export function parseOperationInput(input: unknown): { settings?: OperationSettings; problems: string[] } {
  const result = operationSchema.safeParse(withoutEmptyKeys(operationSchema, input), { error: plainMessage });
  if (!result.success)
    return {
      problems: describeIssues(
        result.error,
        operationSchema.options.flatMap((option) => Object.keys(option.shape)),
      ),
    };
  const settings = result.data;
  if (settings.Operation !== 'DeleteTable' || settings.ConfirmTableName === settings.TableName)
    return { settings, problems: [] };
  return {
    settings,
    problems: [`ConfirmTableName: must repeat the name of the table that is to be deleted, ${settings.TableName}`],
  };
}
