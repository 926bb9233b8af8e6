import * as z from 'zod';
import { InvalidInputError } from '../shared/errors';
import { describeIssues, plainMessage, withoutEmptyKeys } from '../shared/input';
import { DEFAULTS } from './settings';

const label = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be 1 to 64 letters, digits, - or _');
const fileSystemId = z.string().regex(/^fs-[0-9a-f]{8,40}$/, 'must be a file system id such as fs-0123456789abcdef0');
const path = z
  .string()
  .max(1024)
  .regex(/^\/[^\0]*$/, 'must begin with /')
  .refine((value) => !value.split('/').includes('..'), 'must not contain ..');
const windowMinutes = z.int().min(60).max(1440);

/** Only look at everything, and say what would be done. */
const dryRun = z.boolean().optional();
/** Of paths: `*` and `?` within a name, `**` for any number of directories; with `/` in front from the root. */
const exclude = z.array(z.string().min(1).max(1024)).max(100);
const copyName = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\.suspect)?$/,
    'must be the name of a copy such as 2026-11-21T02-00-05Z.daily.suspect',
  );

const backupSchema = z.strictObject({
  mode: z.literal('backup'),
  action: z.literal('start'),
  /** From EventBridge Scheduler: two calls for one moment are one run. */
  scheduledTime: z.iso.datetime({ offset: true }).optional(),
  interval: label.optional(),
  retain: z.int().min(1).max(170).optional(),
  folderLabel: label.optional(),
  path: path.optional(),
  windowMinutes: windowMinutes.optional(),
  verifySampleFiles: z.int().min(0).max(10_000_000).optional(),
  exclude: exclude.optional(),
  /** The suspect copy that an operator has looked at and that is right. */
  acceptShrunkCopy: copyName.optional(),
  /** Gives up what interrupted runs have copied, for a destination that it fills. */
  discardIncomplete: z.boolean().optional(),
  dryRun,
});

const copy = z.union(
  [
    z.strictObject({ newest: z.literal(true), interval: label.optional() }),
    z.strictObject({ interval: label, index: z.int().min(0).max(10_000) }),
    z.strictObject({ at: z.iso.datetime({ offset: true }), interval: label.optional() }),
    z.strictObject({ name: copyName }),
  ],
  'must be {"newest": true}, {"interval", "index"}, {"at": an ISO 8601 time} or {"name"}',
);

const restoreSchema = z
  .strictObject({
    mode: z.literal('restore'),
    action: z.enum(['start', 'preview']).default('start'),
    copy: copy.default({ newest: true }),
    folderLabel: label.default(DEFAULTS.folderLabel),
    subPath: path.optional(),
    target: z
      .strictObject({
        fileSystemId: fileSystemId.default(DEFAULTS.source.fileSystemId),
        path: path.default('/'),
      })
      .prefault({}),
    into: z.enum(['newDirectory', 'inPlace']).optional(),
    deleteExtra: z.boolean().default(false),
    exclude: exclude.optional(),
    previewId: z.string().optional(),
    consent: z.enum(['overwrite', 'overwriteAndDelete']).optional(),
    windowMinutes: windowMinutes.default(1440),
    dryRun,
  })
  .superRefine((restore, context) => {
    const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (restore.deleteExtra && restore.into === 'newDirectory')
      refuse('deleteExtra', 'is for restores in place: a new directory has nothing to delete');
    if (restore.action === 'preview' || restore.into !== 'inPlace') return;
    const needed = restore.deleteExtra ? 'overwriteAndDelete' : 'overwrite';
    if (restore.consent !== needed) refuse('consent', `a restore in place needs "${needed}"`);
    if (!restore.previewId) refuse('previewId', 'a restore in place needs the id of a preview of it');
  });

const verifySchema = z.strictObject({
  mode: z.literal('verify'),
  action: z.literal('start').default('start'),
  copy: copy.default({ newest: true }),
  folderLabel: label.default(DEFAULTS.folderLabel),
  sampleFiles: z.int().min(0).max(1_000_000_000).default(0),
  windowMinutes: windowMinutes.default(1440),
  dryRun,
});

const compareSchema = z.strictObject({
  mode: z.literal('compare'),
  action: z.literal('start').default('start'),
  /** The same for every attempt to start one comparison. */
  requestId: z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'must be 8 to 64 letters, digits or -'),
  restoredFileSystemId: fileSystemId,
  /** The time of the recovery point: what changed since is not compared. */
  before: z.iso.datetime({ offset: true }),
  sampleFiles: z.int().min(0).max(1_000_000_000).default(1000),
  windowMinutes: windowMinutes.default(480),
});

const stopSchema = z.strictObject({
  mode: z.enum(['backup', 'restore', 'verify', 'compare']),
  action: z.literal('stop'),
  backupId: z.string().min(1),
  /** Set by the rule that a run makes for the end of its window: it counts only when that has come. */
  isWindowEnd: z.boolean().default(false),
});

export type RestoreInput = z.output<typeof restoreSchema>;

/** The input of a backup; throws InvalidInputError with everything that is wrong in it. */
export const readBackup = reader(backupSchema);
/** The input of a restore or a preview; throws InvalidInputError with everything that is wrong in it. */
export const readRestore = reader(restoreSchema);
/** The input of a verification; throws InvalidInputError with everything that is wrong in it. */
export const readVerify = reader(verifySchema);
/** The input of a comparison; throws InvalidInputError with everything that is wrong in it. */
export const readCompare = reader(compareSchema);
/** The input of a stop; throws InvalidInputError with everything that is wrong in it. */
export const readStop = reader(stopSchema);

function reader<Schema extends z.ZodType>(schema: Schema & { shape?: object }) {
  return (input: unknown): z.output<Schema> => {
    const result = schema.safeParse(withoutEmptyKeys(schema, input), { error: plainMessage });
    if (result.success) return result.data;
    throw new InvalidInputError(describeIssues(result.error, Object.keys(schema.shape ?? {})));
  };
}
