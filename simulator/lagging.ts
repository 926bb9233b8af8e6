import type { Account } from './places';

/**
 * A value that others see late: `current` is the truth, `seen` what a describe call answers. A change becomes visible
 * within `account.consistencyDelaySeconds`, and changes become visible in their order.
 */
export class Lagging<T> {
  current: T;
  private shown: T;
  private coming: { value: T; from: number }[] = [];

  constructor(
    private readonly account: Account,
    value: T,
  ) {
    this.current = value;
    this.shown = value;
  }

  set(value: T): void {
    this.current = value;
    const delay = this.account.consistencyDelaySeconds;
    if (delay === 0) {
      this.shown = value;
      return;
    }
    const last = this.coming.at(-1)?.from ?? 0;
    const from = this.account.clock.now + this.account.random.between(0, delay) * 1000;
    this.coming.push({ value, from: Math.max(from, last) });
  }

  get seen(): T {
    for (;;) {
      const next = this.coming[0];
      if (!next || next.from > this.account.clock.now) return this.shown;
      this.shown = next.value;
      this.coming.shift();
    }
  }
}
