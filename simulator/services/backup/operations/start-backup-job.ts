import type { StartBackupJobInput, StartBackupJobOutput } from '@aws-sdk/client-backup';
import { BackupJob } from '../backup-job';
import { namesOf } from '../outcomes';
import { protectedResource } from '../resources';
import { checkBackupOptions, checkStartBackupJob } from '../start-backup-job';
import { type BackupState, notOptedIn, passRole } from '../state';

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html */
export function StartBackupJob(this: BackupState, input: StartBackupJobInput): StartBackupJobOutput {
  // The same token means the same job, whatever else the request says.
  const known = input.IdempotencyToken ? this.byToken.get(input.IdempotencyToken) : undefined;
  if (known) return this.started(known);
  checkStartBackupJob(this.region, input);
  this.vaults.requireForBackup(input.BackupVaultName ?? '');
  const resource = protectedResource(this.region, input.ResourceArn ?? '');
  if (this.turnedOff.includes(resource.type)) throw notOptedIn(resource.type);
  checkBackupOptions(resource.type, input.BackupOptions);
  const job = new BackupJob(
    this.region,
    this.region.account.random.uuid(),
    input,
    resource,
    this.outcomes.take(namesOf(input.ResourceArn ?? '')) ?? { State: 'COMPLETED' },
    this.jobHost,
  );
  this.jobs.set(job.id, job);
  const ofResource = this.byResource.get(input.ResourceArn ?? '') ?? [];
  this.byResource.set(input.ResourceArn ?? '', [...ofResource, job]);
  if (input.IdempotencyToken) this.byToken.set(input.IdempotencyToken, job);
  return this.started(job);
}

StartBackupJob.access = (state: BackupState, input: StartBackupJobInput) => [
  ...state.usualAccess('StartBackupJob', input),
  ...passRole(input.IamRoleArn),
];
