/** Minutes within which a backup job must start, if the input does not say: AWS Backup's own (API_StartBackupJob). */
export const DEFAULT_START_WINDOW_MINUTES = 8 * 60;
