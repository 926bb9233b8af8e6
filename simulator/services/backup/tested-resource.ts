import type { RestoreDeletionStatus, RestoreValidationStatus } from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import { invalid } from './job-input';

/** What makes a restore job one of restore testing. */
export interface RestoreTest {
  planArn: string;
  /** How long after the restore a result is taken; then what was restored is deleted. */
  windowHours: number;
}

/** The tag by which AWS Backup knows what restore testing has made, where the resource type takes tags on restore. */
export const TEST_TAG = 'awsbackup-restore-test';

const results: string[] = ['FAILED', 'SUCCESSFUL', 'TIMED_OUT', 'VALIDATING'] satisfies RestoreValidationStatus[];
/** Deletions take as long as the service takes. */
const deletionSeconds = 120;

/**
 * What restore testing does after a restore: it takes a result until the window is over, then deletes what was restored.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-validation.html
 */
export class TestedResource {
  validation: { status: RestoreValidationStatus; message: string | undefined } | undefined;
  deletion: { status: RestoreDeletionStatus; message?: string } | undefined;
  private windowEndsAt = 0;

  constructor(
    private readonly region: Region,
    readonly test: RestoreTest,
    private readonly remove: () => string | undefined,
  ) {}

  /** The restore is done. */
  begin(): void {
    const { clock } = this.region.account;
    const seconds = this.test.windowHours * 3600;
    this.windowEndsAt = clock.now + seconds * 1000;
    clock.after(seconds, () => {
      if (!this.hasResult) this.validation = { status: 'TIMED_OUT', message: undefined };
      this.delete();
    });
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutRestoreValidationResult.html */
  put(status: string | undefined, message: string | undefined): void {
    const { clock, doubts } = this.region.account;
    if (!results.includes(status ?? '')) throw invalid(`ValidationStatus must be one of ${results.join(', ')}.`);
    const isLate = clock.now >= this.windowEndsAt;
    if (isLate && doubts.behaviour('backup.lateValidation') === 'refused')
      throw new AwsError('InvalidRequestException', 'The validation window of the restore job is over.');
    if (this.hasResult && !isLate && doubts.behaviour('backup.secondValidation') === 'refused')
      throw new AwsError('InvalidRequestException', 'The restore job has a validation result already.');
    this.validation = { status: status as RestoreValidationStatus, message };
    if (this.hasResult && !isLate && doubts.behaviour('backup.testDeletion') === 'onceValidated') this.delete();
  }

  private get hasResult(): boolean {
    return this.validation !== undefined && this.validation.status !== 'VALIDATING';
  }

  private delete(): void {
    if (this.deletion) return;
    this.deletion = { status: 'DELETING' };
    this.region.account.clock.after(deletionSeconds, () => {
      const message = this.remove();
      this.deletion = message === undefined ? { status: 'SUCCESSFUL' } : { status: 'FAILED', message };
    });
  }
}
