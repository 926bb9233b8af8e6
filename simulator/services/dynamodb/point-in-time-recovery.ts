import type { ContinuousBackupsDescription, PointInTimeRecoverySpecification } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../errors';
import { validation } from './errors';
import { Journal } from './journal';

const DAY_MS = 24 * 3600 * 1000;
const BEHIND_MS = 5 * 60 * 1000;

/** Whether a table can be restored to a point in time, and to which. */
export class PointInTimeRecovery {
  /** What point-in-time recovery knows of the past: every change since it was turned on. */
  readonly journal = new Journal();
  enabledAt?: number;
  recoveryPeriodDays = 35;

  update(specification: PointInTimeRecoverySpecification, now: number): void {
    const days = specification.RecoveryPeriodInDays;
    if (days !== undefined && (days < 1 || days > 35)) {
      throw validation('RecoveryPeriodInDays must be between 1 and 35 days');
    }
    if (!specification.PointInTimeRecoveryEnabled) {
      this.enabledAt = undefined;
      this.journal.clear();
    } else {
      // What a shorter period has given up does not come back with a longer one.
      this.enabledAt = this.enabledAt === undefined ? now : this.earliest(this.enabledAt, now);
    }
    this.recoveryPeriodDays = days ?? 35;
  }

  /** The latest time is about five minutes behind; the earliest is when the period began, or recovery was turned on. */
  describe(now: number): ContinuousBackupsDescription {
    const window = this.window(now);
    if (!window) {
      return {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      };
    }
    return {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: this.recoveryPeriodDays,
        EarliestRestorableDateTime: new Date(window.earliest),
        LatestRestorableDateTime: new Date(window.latest),
      },
    };
  }

  /** The second that a restore asks for, in milliseconds since 1970, or the refusal. */
  restoreTime(wanted: { UseLatestRestorableTime?: boolean; RestoreDateTime?: Date }, now: number): number {
    const window = this.window(now);
    if (!window) {
      throw new AwsError(
        'PointInTimeRecoveryUnavailableException',
        'Point in time recovery is not enabled for the source table',
      );
    }
    if ((wanted.UseLatestRestorableTime === true) === (wanted.RestoreDateTime !== undefined)) {
      throw validation('Either UseLatestRestorableTime or RestoreDateTime must be specified, but not both');
    }
    if (!wanted.RestoreDateTime) return window.latest;
    const second = wholeSecond(wanted.RestoreDateTime.getTime());
    if (second < window.earliest || second > window.latest) {
      throw new AwsError(
        'InvalidRestoreTimeException',
        'RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime',
      );
    }
    return second;
  }

  /** Whether there is a moment between the earliest and the latest restorable one. */
  isRestorable(now: number): boolean {
    const window = this.window(now);
    return window !== undefined && window.latest > window.earliest;
  }

  private window(now: number): { earliest: number; latest: number } | undefined {
    if (this.enabledAt === undefined) return undefined;
    const earliest = this.earliest(this.enabledAt, now);
    return { earliest: wholeSecond(earliest), latest: wholeSecond(Math.max(earliest, now - BEHIND_MS)) };
  }

  private earliest(enabledAt: number, now: number): number {
    return Math.max(enabledAt, now - this.recoveryPeriodDays * DAY_MS);
  }
}

function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
