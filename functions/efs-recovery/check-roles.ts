import { checkBackupRole } from '../shared/backup-role';
import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { accountOf } from './destination';
import type { BackupSettings, RecoverySettings } from './input';

interface Input {
  problems: string[];
  lookup: Partial<BackupSettings & RecoverySettings>;
}

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');

/** Checks the roles that AWS Backup is to act as. Adds to the problems found so far; reads only. */
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

/** A job can only be given a role of the account that it runs in. */
async function check(key: string, roleArn: string | undefined, accountId: string): Promise<string[]> {
  if (!roleArn) return [];
  const owner = roleArn.split(':')[4];
  if (owner !== accountId) return [`${key}: the role belongs to the account ${owner}, the job runs in ${accountId}`];
  return checkBackupRole(key, roleArn, ACCOUNT_ID);
}
