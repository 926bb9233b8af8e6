import { checkBackupRole } from '../shared/backup-role';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import type { BackupSettings, RecoverySettings } from './input';

interface Input {
  problems: string[];
  settings?: BackupSettings | RecoverySettings;
}

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');

/** Checks the roles that AWS Backup is to act as. Adds to the problems found so far; reads only. */
export const handler = task(async ({ settings, problems }: Input): Promise<{ problems: string[] }> => {
  const roles = Object.entries(settings ?? {}).filter(([key]) =>
    /^(BackupJob|CopyJob|RestoreJob)I(am|AM)RoleArn$/.test(key),
  );
  const found = [...problems];
  for (const [key, roleArn] of roles) found.push(...(await checkBackupRole(key, String(roleArn), ACCOUNT_ID)));
  return { problems: found };
});
