import type { ContinuousBackupsDescription, PointInTimeRecoverySpecification } from '@aws-sdk/client-dynamodb';
import { validation } from './errors';

const DAY_MS = 24 * 3600 * 1000;
const BEHIND_MS = 5 * 60 * 1000;

/** Whether a table can be restored to a point in time, and to which. */
export class PointInTimeRecovery {
  enabledAt?: number;
  recoveryPeriodDays = 35;

  update(specification: PointInTimeRecoverySpecification, now: number): void {
    const days = specification.RecoveryPeriodInDays;
    if (days !== undefined && (days < 1 || days > 35)) {
      throw validation('RecoveryPeriodInDays must be between 1 and 35 days');
    }
    if (!specification.PointInTimeRecoveryEnabled) this.enabledAt = undefined;
    else this.enabledAt ??= now;
    this.recoveryPeriodDays = days ?? 35;
  }

  /** The latest time is about five minutes behind; the earliest is when the period began, or recovery was turned on. */
  describe(now: number): ContinuousBackupsDescription {
    if (this.enabledAt === undefined) {
      return {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      };
    }
    const earliest = Math.max(this.enabledAt, now - this.recoveryPeriodDays * DAY_MS);
    return {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: this.recoveryPeriodDays,
        EarliestRestorableDateTime: wholeSeconds(earliest),
        LatestRestorableDateTime: wholeSeconds(Math.max(earliest, now - BEHIND_MS)),
      },
    };
  }
}

function wholeSeconds(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}
