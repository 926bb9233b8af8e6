import type { Lifecycle, StartBackupJobInput } from '@aws-sdk/client-backup';
import { AwsError, SimulatorError } from '../../errors';
import { serviceMayAssume } from '../../iam/authorize';
import type { Region } from '../../region';
import { requireSupported } from '../../supported-parameters';

const minimumStartWindowMinutes = 60;
const minimumGapMinutes = 60;
const minimumColdDays = 90;
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
  for (const name of ['BackupVaultName', 'ResourceArn', 'IamRoleArn'] as const) {
    if (!input[name]) throw new AwsError('MissingParameterValueException', `${name} must be provided.`);
  }
  if (!serviceMayAssume(region.account, 'backup.amazonaws.com', input.IamRoleArn ?? '')) {
    throw invalid(`IAM Role ${input.IamRoleArn} cannot be assumed by AWS Backup`);
  }
  checkWindows(input);
  checkLifecycle(input.Lifecycle);
  if (Object.keys(input.RecoveryPointTags ?? {}).length > maximumTags) {
    throw invalid(`The number of tags cannot exceed ${maximumTags}.`);
  }
  for (const key of Object.keys(input.RecoveryPointTags ?? {})) {
    if (key.startsWith('aws:')) throw invalid(`Tag key ${key} cannot start with aws:`);
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

function checkLifecycle(lifecycle: Lifecycle | undefined): void {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: days } = lifecycle ?? {};
  if (lifecycle) {
    requireSupported('backup:StartBackupJob Lifecycle', lifecycle, ['MoveToColdStorageAfterDays', 'DeleteAfterDays']);
  }
  // -1 stands for "never".
  for (const value of [cold, days]) {
    if (value !== undefined && value !== -1 && (value < 1 || value > 36_500)) {
      throw invalid('Invalid lifecycle. Days must be between 1 and 36500.');
    }
  }
  if (cold === undefined || cold === -1 || days === undefined || days === -1) return;
  if (days < cold + minimumColdDays) {
    throw invalid(
      `Invalid lifecycle. DeleteAfterDays cannot be less than ${minimumColdDays} days apart from MoveToColdStorageAfterDays`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
