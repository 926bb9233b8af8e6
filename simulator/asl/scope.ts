import type { Clock } from '../clock';

// A timer of the process cannot be set further ahead than 2^31 - 1 ms; a longer one would fire at once.
const LONGEST_TIMER_SECONDS = 2_000_000;

/**
 * How long something may run: an execution, a branch, one attempt of a task. What waits in a cancelled scope waits for
 * ever, its timers are called off, and so is everything in the scopes inside it.
 */
export class Scope {
  cancelled = false;
  private readonly actions = new Set<() => void>();
  private readonly leaveParent: () => void;

  constructor(
    private readonly clock: Clock,
    parent?: Scope,
  ) {
    this.leaveParent = parent?.onCancel(() => this.cancel()) ?? (() => {});
  }

  child(): Scope {
    return new Scope(this.clock, this);
  }

  /** Runs `action` when the scope is cancelled; returns a function that calls it off. */
  onCancel(action: () => void): () => void {
    this.actions.add(action);
    return () => this.actions.delete(action);
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.leaveParent();
    for (const action of this.actions) action();
    this.actions.clear();
  }

  /** The same promise, except that it never settles once the scope is cancelled. */
  settle<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => {
          if (!this.cancelled) resolve(value);
        },
        (error) => {
          if (!this.cancelled) reject(error);
        },
      );
    });
  }

  /** Runs `action` after so many virtual seconds, unless the scope ends before; returns a function that calls it off. */
  after(seconds: number, action: () => void): () => void {
    const step = Math.min(Math.max(seconds, 0), LONGEST_TIMER_SECONDS);
    let callOff = () => {};
    const stopTimer = this.clock.after(step, () => {
      forget();
      if (step < seconds) callOff = this.after(seconds - step, action);
      else action();
    });
    const forget = this.onCancel(stopTimer);
    callOff = () => {
      forget();
      stopTimer();
    };
    return () => callOff();
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(seconds, resolve);
    });
  }
}
