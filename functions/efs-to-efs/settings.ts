import { requireEnv } from '../shared/config';

export const GROUP_NAME = requireEnv('GROUP_NAME');
export const LIFECYCLE_HOOK_NAME = requireEnv('LIFECYCLE_HOOK_NAME');
export const DOCUMENT_NAME = requireEnv('DOCUMENT_NAME');
export const LOG_BUCKET = requireEnv('LOG_BUCKET');
export const STOP_RULE_PREFIX = requireEnv('STOP_RULE_PREFIX');
export const IS_SCHEDULED = requireEnv('SCHEDULE_STATE') === 'ENABLED';
export const MAXIMUM_AGE_SECONDS = Number(requireEnv('MAXIMUM_AGE_HOURS')) * 3600;
/** Empty: no figures leave the account. */
export const USAGE_METRICS_URL = process.env.USAGE_METRICS_URL ?? '';

/** What a backup does unless its event says otherwise: the stack's parameters. */
export const DEFAULTS = {
  source: { fileSystemId: requireEnv('SOURCE_FILE_SYSTEM_ID'), path: requireEnv('SOURCE_PATH') },
  destination: { fileSystemId: requireEnv('DESTINATION_FILE_SYSTEM_ID') },
  folderLabel: requireEnv('FOLDER_LABEL'),
  interval: requireEnv('BACKUP_INTERVAL'),
  retain: Number(requireEnv('RETAIN')),
  windowMinutes: Number(requireEnv('WINDOW_MINUTES')),
  verifySampleFiles: Number(requireEnv('VERIFY_SAMPLE_FILES')),
};
