import { checkBackupRole } from '../shared/backup-role';
import { task } from '../shared/task';
import { accountOf } from './destination';
import type { BackupSettings, RecoverySettings } from './input';

interface Input {
  problems: string[];
  lookup: Partial<BackupSettings & RecoverySettings>;
}

/** Checks the roles that AWS Backup assumes for its jobs. Adds to the problems found so far; reads only. */
export const handler = task(async ({ lookup, problems }: Input): Promise<{ problems: string[] }> => {
  const source = accountOf(lookup.AutomationAssumeRole);
  const destination = accountOf(lookup.DestinationAssumeRole ?? lookup.AutomationAssumeRole);
  const found = [
    ...(await check('BackupJobIamRoleArn', lookup.BackupJobIamRoleArn, source)),
    ...(await check('CopyJobIAMRoleArn', lookup.CopyJobIAMRoleArn, source)),
    ...(await check('RestoreJobIamRoleArn', lookup.RestoreJobIamRoleArn, destination)),
  ];
  return { problems: [...problems, ...found] };
});

async function check(key: string, roleArn: string | undefined, accountId: string): Promise<string[]> {
  return roleArn ? checkBackupRole(key, roleArn, accountId) : [];
}
