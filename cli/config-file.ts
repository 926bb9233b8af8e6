import { existsSync } from 'node:fs';
import { Option } from '@commander-js/extra-typings';
import * as z from 'zod';
import { describeIssues, plainMessage } from '../functions/shared/input';
import { usageFailure } from './failure';
import { readJson } from './session';

const CONFIG_FILE = 'backup-workflows.config.json';

const schema = z.strictObject({
  /** The only account in which commands do anything. */
  accountId: z
    .string('must be text in quotes: a number would lose leading zeros')
    .regex(/^\d{12}$/, 'must have 12 digits')
    .optional(),
  /** Where AWS Backup keeps the recovery points of tables; the stack's vault by default. */
  vaultName: z
    .string()
    .regex(/^[a-zA-Z0-9\-_]{2,50}$/, 'must be 2 to 50 letters, digits, hyphens or underscores')
    .optional(),
  /** The role that AWS Backup restores as, its name or ARN; the stack's role by default. */
  backupRole: z
    .string()
    .regex(/^(arn:aws[a-z-]*:iam::\d{12}:role\/.+|[\w+=,.@-]{1,64})$/, 'must be the name or the ARN of an IAM role')
    .optional(),
  /** Seconds after which the console asks whether to wait longer; -1 for never. */
  timeoutSeconds: z
    .int()
    .refine((seconds) => seconds === -1 || seconds > 0, 'must be -1 (never) or more than 0')
    .default(-1),
  /** Tables that are not shown. */
  hiddenTables: z.array(z.string()).default([]),
});

export type Config = z.output<typeof schema>;

/** The option that names the configuration. */
export function configOption() {
  return new Option('--config <FILE>', `the configuration (default: ${CONFIG_FILE}, if it is there)`);
}

/** Reads the configuration; defaults when no file is named and none is there. Fails with everything that is wrong. */
export function readConfig(file: string | undefined): Config {
  if (file === undefined && !existsSync(CONFIG_FILE)) return schema.parse({});
  const name = file ?? CONFIG_FILE;
  const result = schema.safeParse(readJson('--config', name), { error: plainMessage });
  if (result.success) return result.data;
  const problems = describeIssues(result.error, Object.keys(schema.shape));
  throw usageFailure([`${name} is wrong:`, ...problems.map((problem) => `- ${problem}`)]);
}
