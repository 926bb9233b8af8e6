import type { TimeToLiveDescription, TimeToLiveSpecification } from '@aws-sdk/client-dynamodb';
import type { Random } from '../../random';
import { validation } from './errors';
import type { Item } from './values';

const CHANGE_MS = 3600 * 1000;
const MAX_DELAY_SECONDS = 48 * 3600;
const FIVE_YEARS_SECONDS = 5 * 365.25 * 24 * 3600;

/** A table's time to live: which attribute says when an item expires, and when expired items are really deleted. */
export class TimeToLive {
  private attribute?: string;
  private enabled = false;
  /** Until then the last change is being carried out. */
  private changingUntil = 0;
  private readonly deletions = new Map<string, number>();
  private next = Number.POSITIVE_INFINITY;

  /** The attribute that counts, if time to live is on. */
  get attributeName(): string | undefined {
    return this.enabled ? this.attribute : undefined;
  }

  update(specification: TimeToLiveSpecification, now: number): void {
    const { Enabled, AttributeName } = specification;
    if (now < this.changingUntil) {
      throw validation('Time to live has been modified multiple times within a fixed interval');
    }
    if (Enabled && this.enabled) throw validation('TimeToLive is already enabled');
    if (!Enabled && !this.enabled) throw validation('TimeToLive is already disabled');
    if (!Enabled && AttributeName !== this.attribute) {
      throw validation(`TimeToLive is active on a different AttributeName: current AttributeName is ${this.attribute}`);
    }
    this.set(AttributeName, Enabled === true);
    this.changingUntil = now + CHANGE_MS;
  }

  /** As `update`, without the hour that a change takes. */
  set(attribute: string | undefined, enabled: boolean): void {
    this.attribute = attribute;
    this.enabled = enabled;
    this.deletions.clear();
    this.next = Number.POSITIVE_INFINITY;
  }

  describe(now: number): TimeToLiveDescription {
    const changing = now < this.changingUntil;
    if (this.enabled) {
      return { TimeToLiveStatus: changing ? 'ENABLING' : 'ENABLED', AttributeName: this.attribute };
    }
    return changing
      ? { TimeToLiveStatus: 'DISABLING', AttributeName: this.attribute }
      : { TimeToLiveStatus: 'DISABLED' };
  }

  /** Takes note of an item that was written: it is deleted some time within 48 hours after it expires. */
  watch(id: string, item: Item | undefined, now: number, random: Random): void {
    this.deletions.delete(id);
    if (!this.enabled || this.attribute === undefined) return;
    // Only a Number counts, in seconds since 1970; what expired more than five years ago is left alone.
    const expiry = item?.[this.attribute]?.N;
    if (expiry === undefined || Number(expiry) < now / 1000 - FIVE_YEARS_SECONDS) return;
    const from = Math.max(Number(expiry) * 1000, now, this.changingUntil);
    const at = from + random.between(0, MAX_DELAY_SECONDS) * 1000;
    this.deletions.set(id, at);
    this.next = Math.min(this.next, at);
  }

  /** The items that are to be deleted by now. */
  due(now: number): string[] {
    if (now < this.next) return [];
    const due = [...this.deletions].filter(([, at]) => at <= now).sort(([, left], [, right]) => left - right);
    for (const [id] of due) this.deletions.delete(id);
    this.next = Math.min(...this.deletions.values());
    return due.map(([id]) => id);
  }
}
