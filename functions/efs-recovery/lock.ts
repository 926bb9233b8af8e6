import type { BackupSettings, RecoverySettings } from './input';

/** The name of a run's lock. A backup that takes days must not keep anybody from recovering, so each has its own. */
export function lockOf(workflow: string, settings: BackupSettings | RecoverySettings): string {
  return `${workflow}/${settings.FileSystemID}`;
}
