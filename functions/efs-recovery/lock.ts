import type { BackupSettings, RecoverySettings } from './input';

/** The name of a run's lock. Each workflow has its own: a backup that takes days must not block a recovery. */
export function lockOf(workflow: string, settings: BackupSettings | RecoverySettings): string {
  return `${workflow}/${settings.FileSystemID}`;
}
