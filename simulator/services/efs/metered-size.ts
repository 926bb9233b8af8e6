import type { Account } from '../../places';

const HOUR = 3600 * 1000;
/** "A couple of hours" (API_FileSystemSize). */
const LAG = 2 * HOUR;

/**
 * The size of a file system's data, and what EFS tells of it: the latest metered size, with the time of the metering
 * (API_FileSystemSize). It is metered each full hour after the creation; no page says how often.
 */
export class MeteredSize {
  private readonly changes: { at: number; bytes: number }[] = [];
  private readonly createdAt: number;

  constructor(
    private readonly account: Account,
    /** A file system that a world declares has had its size for long. */
    private readonly first: number,
  ) {
    this.createdAt = account.clock.now;
  }

  get current(): number {
    return this.changes.at(-1)?.bytes ?? this.first;
  }

  set current(bytes: number) {
    this.changes.push({ at: this.account.clock.now, bytes });
  }

  /** What EFS metered last, and when. */
  get metered(): { bytes: number; at: Date } {
    const { now } = this.account.clock;
    const at = now - ((now - this.createdAt) % HOUR);
    const [earlier, latest] = [this.sizeAt(at - LAG), this.sizeAt(at)];
    const isPart = earlier !== latest && this.account.doubts.behaviour('efs.metering') === 'lags';
    return { bytes: isPart ? Math.floor((earlier + latest) / 2) : latest, at: new Date(at) };
  }

  private sizeAt(time: number): number {
    return this.changes.findLast(({ at }) => at <= time)?.bytes ?? this.first;
  }
}
