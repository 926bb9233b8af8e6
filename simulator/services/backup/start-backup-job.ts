import type { StartBackupJobInput } from '@aws-sdk/client-backup';
import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { checkLifecycle, checkPassedRole, invalid, requireParameters } from './job-input';

const minimumStartWindowMinutes = 60;
const minimumGapMinutes = 60;
const maximumWindowMinutes = 52_560_000;
const defaultStartWindowMinutes = 8 * 60;
const defaultCompleteWindowMinutes = 7 * 24 * 60;
const maximumTags = 50;

/** Refuses what StartBackupJob refuses before there is a job. */
export function checkStartBackupJob(region: Region, input: StartBackupJobInput): void {
  requireSupported('backup:StartBackupJob', input, [
    'BackupVaultName',
    'ResourceArn',
    'IamRoleArn',
    'IdempotencyToken',
    'StartWindowMinutes',
    'CompleteWindowMinutes',
    'Lifecycle',
    'RecoveryPointTags',
    'BackupOptions',
  ]);
  requireParameters(input, ['BackupVaultName', 'ResourceArn', 'IamRoleArn']);
  checkPassedRole(region, input.IamRoleArn);
  checkWindows(input);
  checkLifecycle('StartBackupJob', input.Lifecycle);
  if (Object.keys(input.RecoveryPointTags ?? {}).length > maximumTags) {
    throw invalid(`The number of tags cannot exceed ${maximumTags}.`);
  }
  for (const [key, value] of Object.entries(input.RecoveryPointTags ?? {})) {
    if (/^aws:/i.test(key)) throw invalid(`Tag key ${key} cannot start with aws:`);
    // AWS General Reference, "Tag naming and usage".
    if (![key, value].every((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)))
      throw invalid(`The tag ${key} has characters that are not allowed.`);
  }
}

/** Refuses backup options that the resource type does not have. */
export function checkBackupOptions(resourceType: string, options: Record<string, string> | undefined): void {
  for (const [name, value] of Object.entries(options ?? {})) {
    if (name !== 'WindowsVSS') throw new SimulatorError(`The backup option ${name} is not simulated.`);
    if (resourceType !== 'EC2')
      throw invalid(`Backup option WindowsVSS is not valid for resource type ${resourceType}.`);
    if (value !== 'enabled' && value !== 'disabled')
      throw invalid(`Invalid value for backup option WindowsVSS: ${value}`);
  }
}

/** The windows of a job in seconds, with AWS Backup's defaults. */
export function windows(input: StartBackupJobInput): { startSeconds: number; completeSeconds: number } {
  return {
    startSeconds: (input.StartWindowMinutes ?? defaultStartWindowMinutes) * 60,
    completeSeconds: (input.CompleteWindowMinutes ?? defaultCompleteWindowMinutes) * 60,
  };
}

function checkWindows({ StartWindowMinutes: start, CompleteWindowMinutes: complete }: StartBackupJobInput): void {
  if (start !== undefined && (start < minimumStartWindowMinutes || start > maximumWindowMinutes)) {
    throw invalid(`Start window must be at least ${minimumStartWindowMinutes} minutes.`);
  }
  if (complete === undefined) return;
  if (complete < (start ?? defaultStartWindowMinutes) + minimumGapMinutes || complete > maximumWindowMinutes) {
    throw invalid(`Complete window must be at least ${minimumGapMinutes} minutes greater than the start window.`);
  }
}
