import * as z from 'zod';
import { describeIssues, plainMessage, withoutEmptyKeys } from '../shared/input';
import { isScriptAddress, SCRIPT_ADDRESS_MESSAGE } from '../shared/scripts/script-address';

/** What an input may say about the table that it looks at. */
const query = z.strictObject({
  TableName: z.string().min(3).max(255),
  IndexName: z.string().min(3).max(255).optional(),
  KeyConditionExpression: z.string().min(1),
  FilterExpression: z.string().min(1).optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  /** In DynamoDB's own JSON: `{":id": {"S": "park#1"}}`. */
  ExpressionAttributeValues: z.record(z.string(), z.record(z.string(), z.json())),
  ExpectedCount: z.int().min(0),
});

const script = z.strictObject({
  SourceS3Path: z.string().max(2048).refine(isScriptAddress, SCRIPT_ADDRESS_MESSAGE),
  CommandToRun: z.string().min(1).max(8192),
  ExecutionTimeoutInSeconds: z.int().min(1).max(21_600).default(600),
  /** The script is for sources with this tag; without it for every source. */
  TagKey: z.string().min(1).max(128).optional(),
  TagValue: z.string().max(256).optional(),
});

/** What a test checks; the parameter RestoreTestSettings gives the same keys to scheduled tests. */
const checks = {
  /** Of the sampled items; more of them missing or changed fail the test. */
  MaxChangedPercent: z.number().min(0).max(100).default(100),
  Queries: z.array(query).max(50).default([]),
  ValidationScripts: z.array(script).max(50).default([]),
};

const checksSchema = z.strictObject(checks);

const scheduledSchema = z.strictObject({
  /** A job of restore testing that has ended. */
  RestoreJobId: z.string().min(1).max(200),
});

const onDemandSchema = z.strictObject({
  ...checks,
  ResourceArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:(dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]+|elasticfilesystem:[a-z0-9-]+:\d{12}:file-system\/fs-[0-9a-f]+|ec2:[a-z0-9-]+:\d{12}:instance\/i-[0-9a-f]+)$/,
      'must be the ARN of a DynamoDB table, an EFS file system or an EC2 instance',
    ),
  /** By default the newest completed one in the vault. */
  RecoveryPointArn: z.string().startsWith('arn:').optional(),
  /** By default the vault of this stack. */
  BackupVaultName: z
    .string()
    .regex(/^[\w-]{2,50}$/, 'must be 2 to 50 letters, digits, hyphens or underscores')
    .optional(),
  /** What was restored is removed at the latest so long after the start; the restore itself cannot be stopped. */
  MaxTestHours: z.number().min(1).max(168).default(24),
  DryRun: z.boolean().default(false),
});

export type Checks = z.output<typeof checksSchema>;
export type ValidationScript = z.output<typeof script>;
type ScheduledSettings = z.output<typeof scheduledSchema>;
export type OnDemandSettings = z.output<typeof onDemandSchema>;

/** Reads the input of restore-test. Returns every problem at once; never throws. */
export function parseRestoreTestInput(input: unknown): {
  scheduled?: ScheduledSettings;
  onDemand?: OnDemandSettings;
  problems: string[];
} {
  const isScheduled = typeof input === 'object' && input !== null && 'RestoreJobId' in input;
  const schema = isScheduled ? scheduledSchema : onDemandSchema;
  const result = schema.safeParse(withoutEmptyKeys(schema, input), { error: plainMessage });
  if (!result.success) return { problems: describeIssues(result.error, Object.keys(schema.shape)) };
  return isScheduled
    ? { scheduled: result.data as ScheduledSettings, problems: [] }
    : { onDemand: result.data as OnDemandSettings, problems: [] };
}

/** Reads what the stack says about all scheduled tests; problems name the parameter. */
export function parseChecks(text: string): { checks?: Checks; problems: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problems: [`RestoreTestSettings: is not JSON (${(error as Error).message})`] };
  }
  const result = checksSchema.safeParse(withoutEmptyKeys(checksSchema, json), { error: plainMessage });
  if (result.success) return { checks: result.data, problems: [] };
  return {
    problems: describeIssues(result.error, Object.keys(checksSchema.shape)).map(
      (problem) => `RestoreTestSettings: ${problem}`,
    ),
  };
}
