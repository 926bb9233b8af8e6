import * as z from 'zod';
import { describeIssues, plainMessage, withoutEmptyKeys } from '../../shared/input';
import { expectedAccountId, tableName } from '../input';

const time = z.iso
  .datetime({ offset: true, error: 'must be a time with its offset, like 2026-11-20T02:14:00+01:00 (ISO 8601)' })
  .refine((text) => Date.parse(text) % 1000 === 0, 'must be a whole second, as exports are');

const keyValue = z.union(
  [z.string(), z.number(), z.strictObject({ BeginsWith: z.string().min(1) })],
  'must be a value of the key, or {"BeginsWith": "…"} for the sort key',
);

const common = {
  TableName: tableName,
  Approval: z.enum(['Required', 'Skip']).default('Required'),
  ApprovalTimeoutMinutes: z.int().min(5).max(10_080).default(1440),
  DryRun: z.boolean().default(false),
  MaxWritesPerSecond: z.int().min(1).max(10_000).default(50),
  /** Consent to writes of which the replicas of a global table learn later. */
  AcceptReplicas: z.boolean().default(false),
  ExpectedAccountId: expectedAccountId,
};

const windowSchema = z.strictObject({
  ...common,
  /** The first second of the bad writes. */
  From: time,
  /** The first second after the bad writes. */
  To: time,
  Keys: z.array(z.record(z.string(), keyValue)).min(1).max(1000).optional().meta({ isGuard: true }),
  /** JSONata over `keys`, `old`, `new`, `now`, `writtenAt`. */
  Filter: z.string().min(1).max(10_000).optional().meta({ isGuard: true }),
  OnConflict: z.enum(['Skip', 'Overwrite', 'Merge', 'Fail']).default('Skip'),
  /** Put items back too whose time to live has passed. */
  RestoreExpired: z.boolean().default(false),
});

const journalSchema = z.strictObject({
  ...common,
  Source: z.strictObject({
    /** The `Journal` of an earlier result. */
    Journal: z
      .string()
      .regex(
        /^s3:\/\/[a-z0-9.-]+\/item-restores\/[^/]+\/?$/,
        'must be the Journal of a result, s3://BUCKET/item-restores/RUN/',
      ),
  }),
});

export type WindowSettings = z.output<typeof windowSchema>;
export type JournalSettings = z.output<typeof journalSchema>;
export type ItemRestoreSettings = WindowSettings | JournalSettings;

/** Reads the input of dynamodb-item-restore. Returns every problem at once; never throws. */
export function parseItemRestoreInput(input: unknown): { settings?: ItemRestoreSettings; problems: string[] } {
  const isOfJournal = typeof input === 'object' && input !== null && 'Source' in input;
  const schema = isOfJournal ? journalSchema : windowSchema;
  const result = schema.safeParse(withoutEmptyKeys(schema, input), { error: plainMessage });
  if (!result.success) return { problems: describeIssues(result.error, Object.keys(schema.shape)) };
  return { settings: result.data, problems: [] };
}
