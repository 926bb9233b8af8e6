import type { Lifecycle } from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import { serviceMayAssume } from '../../iam/authorize';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';

const minimumColdDays = 90;

/** Refuses a request that lacks a parameter. */
export function requireParameters<T extends object>(input: T, names: (keyof T & string)[]): void {
  for (const name of names) {
    if (!input[name]) throw new AwsError('MissingParameterValueException', `${name} must be provided.`);
  }
}

/** Refuses a role that AWS Backup cannot assume. */
export function checkPassedRole(region: Region, roleArn: string | undefined): void {
  if (serviceMayAssume(region.account, 'backup.amazonaws.com', roleArn ?? '')) return;
  throw invalid(`IAM Role ${roleArn} cannot be assumed by AWS Backup`);
}

/** Refuses days that cannot be, and too short a time in cold storage. */
export function checkLifecycle(operation: string, lifecycle: Lifecycle | undefined): void {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: days } = lifecycle ?? {};
  if (lifecycle) {
    requireSupported(`backup:${operation} Lifecycle`, lifecycle, ['MoveToColdStorageAfterDays', 'DeleteAfterDays']);
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

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
